using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Bench.Simulation;

/// <summary>A network made by commands that are decided and applied as any other, without a journal.</summary>
internal sealed class BenchNetwork
{
    /// <summary>The host that exterior ports are bound to.</summary>
    public static readonly HostId Host = new(1);

    /// <summary>A network of one host.</summary>
    public BenchNetwork() => Put(new Host { Id = Host, Name = new DeviceName("", "bench") });

    /// <summary>The network so far.</summary>
    public TopologySnapshot Topology { get; private set; } = TopologySnapshot.Empty;

    /// <summary>A name of the tenant that owns everything here.</summary>
    public static DeviceName Name(string name) => new("bench", name);

    /// <summary>Creates a device or makes it look like this.</summary>
    public BenchNetwork Put(Device device) => Do(new TopologyCommand.PutDevice(device));

    /// <summary>Links two ports.</summary>
    public BenchNetwork Link(PortId first, PortId second) => Do(new TopologyCommand.LinkPorts(first, second));

    private BenchNetwork Do(TopologyCommand command)
    {
        var decision = TopologyDecisions.Decide(Topology, command);
        if (decision.Rejection is { } rejection)
            throw new InvalidOperationException(rejection.Message);
        foreach (var happened in decision.Events)
            Topology = TopologyEvolution.Apply(Topology, happened);
        return this;
    }
}
