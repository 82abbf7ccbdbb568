using Fabric.Agent.Datapaths.Memory;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
using Fabric.Tests.Laws;

namespace Fabric.Tests.Upcalls;

/// <summary>An agent without sockets, threads and clock: a story lets packets in and looks at what leaves.</summary>
internal sealed class AgentBench : IDisposable
{
    private readonly FixedReplica _replica = new();
    private readonly UpcallInbox _inbox = new();
    private readonly UpcallLoop _loop;
    private readonly TopologyBuilder _net;

    public AgentBench(TopologyBuilder net, int flowLimit = Fabric.Agent.PacketPath.DefaultFlowLimit, HostId? self = null)
    {
        _net = net;
        Datapath = new MemoryDatapath(Clock);
        View = new NetworkView(_replica, Clock) { Self = self ?? default };
        Parts = UpcallParts.Compose(Datapath, View, Clock, flowLimit);
        View.Facts.Subscribe(_inbox);
        _loop = new UpcallLoop(Datapath, _inbox, Parts, new TurnClock(Clock));
        _replica.Subscribe(_inbox);
        Update();
        foreach (var port in net.Topology.Ports.Values.Where(port => IsHere(port, self)).OrderBy(port => port.Id))
            Parts.Ports.Add(port.Id, Datapath.AddPort(port.Name.Name));
    }

    public ManualTime Clock { get; } = new();

    public MemoryDatapath Datapath { get; }

    public NetworkView View { get; }

    public UpcallParts Parts { get; }

    /// <summary>The agent is killed, and another starts that knows nothing but the description and what the datapath holds.</summary>
    public AgentBench Restart()
    {
        var next = new AgentBench(_net);
        foreach (var record in Parts.Flows.Records)
            next.Datapath.Leave(record.Flow);
        // A sweep before the ports are known: it meets flows of which it knows nothing.
        next.Turn();
        next.Adopt();
        next.Turn();
        return next;
    }

    /// <summary>Takes over the flows that were left.</summary>
    public void Adopt()
    {
        Parts.Keeper.TakeLeftovers(_ => true);
        while (Parts.Keeper.Recall()) { }
        while (Parts.Keeper.Adopt()) { }
    }

    /// <summary>Publishes what the story changed since, with the tags that the events touch.</summary>
    public void Update()
    {
        _replica.Publish(_net.Topology, _net.Events);
        _net.Events.Clear();
        Turn();
    }

    /// <summary>Lets a packet of that notation in by a port and returns what leaves, as PORT: packet.</summary>
    public string[] Send(string port, string packet)
    {
        var number = Parts.Ports.Attached[_net.PortId(port)];
        Datapath.Receive(number, PacketNotation.Parse(packet).ToFrame());
        return Turn();
    }

    /// <summary>Handles what there is and returns what leaves.</summary>
    public string[] Turn() => [.. TurnRaw().Select(sent => Describe(sent.Port, sent.Frame))];

    /// <summary>Handles what there is and returns the bytes that leave.</summary>
    public IReadOnlyList<(uint Port, byte[] Frame)> TurnRaw()
    {
        _loop.Turn(TimeSpan.Zero);
        return Datapath.TakeSent();
    }

    public void Dispose()
    {
        _loop.Dispose();
        _inbox.Dispose();
    }

    private static bool IsHere(Port port, HostId? self) => port.Binding is { } binding && (self is null || binding.Host == self);

    private string Describe(uint datapathPort, byte[] frame)
    {
        Parts.Ports.TryGetVirtual(datapathPort, out var port);
        FlowKeyReader.Read(frame, 0, out var key);
        return PacketNotation.Format(key, port == default ? "tunnel" : View.Topology.Ports[port].Name.Name);
    }
}
