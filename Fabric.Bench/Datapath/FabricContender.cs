using Fabric.Agent;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Bench.Datapath;

/// <summary>An agent with the user datapath over a journal of its own: one bridge, two ports, stations learned as by the others.</summary>
internal sealed class FabricContender(RunFolder folder) : Contender("fabric", folder)
{
    private static readonly HostId s_self = new(1);
    private static readonly BridgeId s_bridge = new(1);

    private readonly RunFolder _folder = folder;
    private IHive? _hive;
    private AgentHost? _agent;

    /// <inheritdoc/>
    protected override async Task ForwardAsync(CancellationToken stop)
    {
        _hive = await new SqlHiveFactory().OpenAsync(_folder.File("journal.db"), new HiveOptions(), stop);
        var wish = new TopologyCommand.Batch([
            Put(new Host { Id = s_self, Name = new DeviceName("", "bench") }),
            Put(new Bridge { Id = s_bridge, Name = new DeviceName("bench", "bridge") }),
            Put(Port(1, Site.LeftPort)),
            Put(Port(2, Site.RightPort)),
        ]);
        var answer = await _hive.SubmitAsync(new CommandEnvelope(new RequestId(1), "bench", "two guests", wish), stop);
        if (answer is not SubmitResult.Accepted)
            throw new IOException($"the network of the benchmark is refused: {answer}");
        // The agent's threads and sockets stay in the namespace in which they are made.
        var hive = _hive;
        _agent = Site.Middle.Run(() => AgentHost.Start(hive, s_self, new AgentOptions(), TimeProvider.System));
    }

    /// <inheritdoc/>
    protected override async ValueTask EndAsync()
    {
        if (_agent is not null)
            await _agent.DisposeAsync();
        if (_hive is not null)
            await _hive.DisposeAsync();
    }

    private static TopologyCommand.PutDevice Put(Device device) => new(device);

    private static Port Port(ulong id, string interfaceName) =>
        new()
        {
            Id = new PortId(id),
            Name = new DeviceName("bench", interfaceName),
            Owner = s_bridge,
            Binding = new HostBinding(s_self, interfaceName),
        };
}
