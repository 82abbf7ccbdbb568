using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Host = Fabric.Devices.Host;

namespace Fabric.Bench.Datapath.Tunnel;

/// <summary>Two agents with the user datapath over one journal, in this process: one bridge, a port of it at each host.</summary>
internal sealed class FabricTunnel(RunFolder folder) : TunnelContender("fabric", folder)
{
    private static readonly BridgeId s_bridge = new(1);

    private readonly RunFolder _folder = folder;
    private readonly List<IHive> _hives = [];
    private readonly List<AgentHost> _agents = [];

    /// <inheritdoc/>
    /// <remarks>All of this process, which does nothing else while it is measured.</remarks>
    public override TimeSpan ReadProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    /// <summary>What the agents' datapaths have counted, by the host.</summary>
    public async Task<string> DescribeAsync() =>
        string.Join(
            "\n",
            await Task.WhenAll(
                _agents.Select(async agent =>
                    string.Join("; ", await agent.OnEachThreadAsync(shard => string.Join(", ", shard.Datapath.GetFigures())))
                )
            )
        );

    /// <inheritdoc/>
    protected override async Task ForwardAsync(CancellationToken stop)
    {
        for (var host = 0; host < Site.Hosts.Count; host++)
        {
            var routes = Site.Hosts[host].Routes;
            routes.AddAddress(
                routes.ReadLink(TunnelSite.Cable),
                IpAddress.Parse(TunnelSite.UnderlayOf(host)),
                TunnelSite.UnderlayPrefixBits
            );
            _hives.Add(await new SqlHiveFactory().OpenAsync(_folder.File("tunnel.db"), new HiveOptions(), stop));
        }
        var wish = new TopologyCommand.Batch([
            Put(HostOf(0)),
            Put(HostOf(1)),
            Put(new Bridge { Id = s_bridge, Name = new DeviceName("bench", "bridge") }),
            Put(PortOf(0)),
            Put(PortOf(1)),
        ]);
        var answer = await _hives[0].SubmitAsync(new CommandEnvelope(new RequestId(1), "bench", "two hosts", wish), stop);
        if (answer is not SubmitResult.Accepted)
            throw new IOException($"the network of the benchmark is refused: {answer}");
        for (var host = 0; host < Site.Hosts.Count; host++)
        {
            // The agent's threads and sockets stay in the namespace in which they are made.
            var (hive, self) = (_hives[host], IdOf(host));
            _agents.Add(Site.Hosts[host].Run(() => AgentHost.Start(hive, self, new AgentOptions(), TimeProvider.System)));
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask EndAsync()
    {
        foreach (var agent in _agents)
            await agent.DisposeAsync();
        foreach (var hive in _hives)
            await hive.DisposeAsync();
    }

    private static HostId IdOf(int host) => new((ulong)host + 1);

    private static TopologyCommand.PutDevice Put(Device device) => new(device);

    private static Host HostOf(int host) =>
        new()
        {
            Id = IdOf(host),
            Name = new DeviceName("", $"bench{host}"),
            Underlay = [IpAddress.Parse(TunnelSite.UnderlayOf(host))],
        };

    private static Port PortOf(int host) =>
        new()
        {
            Id = new PortId((ulong)host + 1),
            Name = new DeviceName("bench", $"port{host}"),
            Owner = s_bridge,
            Binding = new HostBinding(IdOf(host), TunnelSite.HostPort),
        };
}
