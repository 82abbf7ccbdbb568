using Fabric.Agent.Connections;
using Fabric.Agent.Effects;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Liveness;
using Fabric.Agent.Replica;
using Fabric.Connections;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Upcalls;

/// <summary>What one upcall thread works with; all of it is the thread's own.</summary>
/// <param name="Path">Decides about packets that missed.</param>
/// <param name="Keeper">Keeps installed flows true.</param>
/// <param name="Effects">Carries out what decisions wish for.</param>
/// <param name="Ports">Which virtual port is behind which datapath port.</param>
/// <param name="Flows">The installed flows.</param>
public sealed record UpcallParts(
    PacketPath Path,
    FlowKeeper Keeper,
    EffectRunner Effects,
    Datapaths.PortTable Ports,
    FlowTable.FlowTable Flows
)
{
    /// <summary>Asks other hosts whether the way to them is up; at one thread of a host, or at none.</summary>
    public LivenessRunner? Liveness { get; init; }

    /// <summary>Where the thread tells which hosts its flows depend on; null if nobody wants to know.</summary>
    public TunnelUse? Use { get; init; }

    /// <summary>Composes the parts of the only thread of a host.</summary>
    public static UpcallParts Compose(Datapaths.IDatapath datapath, NetworkView view, UpcallInbox inbox, TimeProvider clock)
    {
        view.Facts.Subscribe(inbox);
        return Compose(datapath, view, clock, PacketPath.DefaultFlowLimit);
    }

    /// <summary>Composes the parts of a thread.</summary>
    /// <param name="datapath">The thread's.</param>
    /// <param name="view">The network.</param>
    /// <param name="clock">The agent's.</param>
    /// <param name="flowLimit">The thread's share of the flows.</param>
    /// <param name="connections">The thread's connections; by themselves if left out.</param>
    /// <param name="others">The inboxes of the other threads, if there are any.</param>
    public static UpcallParts Compose(
        Datapaths.IDatapath datapath,
        NetworkView view,
        TimeProvider clock,
        int flowLimit,
        ConnectionShard? connections = null,
        IReplicaSubscriber? others = null
    )
    {
        connections ??= new ConnectionHost(1, ConnectionLimits.Usual, clock, seed: 0).Shards[0];
        var learned = view.Facts;
        var ports = new Datapaths.PortTable(view.Self);
        var flows = new FlowTable.FlowTable();
        var counters = new PathCounters();
        var effects = new EffectRunner(datapath, view, ports, clock) { Counters = counters, Connections = connections };
        var traffic = new TrafficCounters();
        var path = new PacketPath(datapath, view, ports, flows, clock)
        {
            Effects = effects,
            Counters = counters,
            Traffic = traffic,
            FlowLimit = flowLimit,
        };
        var keeper = new FlowKeeper(path, flows, datapath, learned, clock) { Effects = effects, Traffic = traffic };
        connections.Touched = new TouchedFlows(keeper, others);
        return new UpcallParts(path, keeper, effects, ports, flows);
    }
}
