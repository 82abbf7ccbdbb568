using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Connections;

namespace Fabric.Tests.Simulation;

/// <summary>A router between a bridge with stations and an uplink, in both versions; packets are real frames.</summary>
/// <remarks>
/// <code>
/// vm1, vm2 -- bridge lan -- (lan-edge : edge-lan) router edge -- uplink -- gateway
/// </code>
/// </remarks>
internal sealed class RouterWorld
{
    public static readonly MacAddress Vm1Mac = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress Vm2Mac = MacAddress.Parse("02:00:00:00:00:02");
    public static readonly MacAddress InsideMac = MacAddress.Parse("02:00:00:00:01:01");
    public static readonly MacAddress UplinkMac = MacAddress.Parse("02:00:00:00:01:02");
    public static readonly MacAddress GatewayMac = MacAddress.Parse("02:00:00:00:02:01");
    public static readonly MacAddress StrangerMac = MacAddress.Parse("02:00:00:00:66:66");

    private TopologySnapshot? _forced;

    public TopologyBuilder Net { get; } = new();

    public LearnedSnapshot Learned { get; set; } = LearnedSnapshot.Empty;

    public SimulationScratch Scratch { get; } = new();

    /// <summary>The connections that packets before have begun, of those that <see cref="Remember"/> was called for.</summary>
    public ConnectionTable Connections { get; } = new(ConnectionLimits.Usual);

    public TopologySnapshot Topology => _forced ?? Net.Topology;

    /// <summary>Applies what no command would bring about, as a description of another release might hold; the last step of a story's beginning.</summary>
    public RouterWorld Force(TopologyEvent happened)
    {
        _forced = TopologyEvolution.Apply(Topology, happened);
        return this;
    }

    /// <summary>What the first fragments of such packets told.</summary>
    public FragmentTable Fragments { get; } = new();

    public RouterWorld() => (Scratch.Connections, Scratch.Fragments) = (Connections, Fragments);

    /// <summary>Remembers what the last packet began, answered or told.</summary>
    public void Remember(TimeSpan now = default)
    {
        Connections.Remember(Scratch, now);
        Fragments.Remember(Scratch, now);
    }

    /// <summary>The network of the picture, with a default route and its gateway known.</summary>
    public static RouterWorld Usual()
    {
        var world = new RouterWorld();
        world
            .Net.Bridge("lan")
            .Port("vm1", "lan", "02:00:00:00:00:01", "10.0.0.1/24 fd00:a::1/64")
            .Port("vm2", "lan", "02:00:00:00:00:02", "10.0.0.2/24 fd00:a::2/64")
            .Router("edge")
            .Connect("lan", "edge", "02:00:00:00:01:01", "10.0.0.254/24 fd00:a::fe/64")
            .Port("uplink", "edge", "02:00:00:00:01:02", "192.0.2.1/24 fd00:b::1/64")
            .Route("edge", "default4", "0.0.0.0/0", "uplink", "192.0.2.254")
            .Route("edge", "default6", "::/0", "uplink", "fd00:b::fe");
        return world.Knows("uplink", "192.0.2.254", GatewayMac).Knows("uplink", "fd00:b::fe", GatewayMac);
    }

    /// <summary>A neighbor that answered.</summary>
    public RouterWorld Knows(string port, string address, MacAddress mac)
    {
        Learned = Learned with { Neighbors = Learned.Neighbors.SetItem(Neighbor(port, address), mac) };
        return this;
    }

    public RouterWorld Forgets(string port, string address)
    {
        Learned = Learned with { Neighbors = Learned.Neighbors.Remove(Neighbor(port, address)) };
        return this;
    }

    /// <summary>A neighbor that did not answer.</summary>
    public RouterWorld Failed(string port, string address)
    {
        Learned = Learned with { FailedNeighbors = Learned.FailedNeighbors.Add(Neighbor(port, address)) };
        return this.Forgets(port, address);
    }

    public RouterWorld IsDown(string port)
    {
        Learned = Learned with { DownPorts = Learned.DownPorts.Add(Net.PortId(port)) };
        return this;
    }

    public NeighborKey Neighbor(string port, string address) => new(Net.PortId(port), IpAddress.Parse(address));

    /// <summary>Simulates a frame that comes in by an exterior port.</summary>
    public Verdict Send(string port, ReadOnlySpan<byte> frame)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        return Simulator.Run(Topology, Learned, Net.PortId(port), key, frame, Scratch);
    }

    /// <summary>Simulates headers without a frame.</summary>
    public Verdict Send(string port, in FlowKey key) => Simulator.Run(Topology, Learned, Net.PortId(port), key, default, Scratch);

    /// <summary>Simulates a frame that the network made.</summary>
    public Verdict SendEmitted(string port, byte[] frame)
    {
        FlowKeyReader.Read(frame, 0, out var key);
        return Simulator.RunEmitted(Topology, Learned, Net.PortId(port), key, frame, Scratch);
    }

    /// <summary>The only copy that left, checked to be by this port.</summary>
    public FlowKey OnlyOutput(string port)
    {
        Scratch.Outputs.Count.ShouldBe(1);
        Scratch.Outputs[0].Port.ShouldBe(Net.PortId(port));
        return Scratch.Outputs[0].Packet.Key;
    }

    public IEnumerable<Effect> Effects(EffectKind kind) => Scratch.Effects.Span.ToArray().Where(effect => effect.Kind == kind);

    /// <summary>The only frame made, checked to leave by this port.</summary>
    public byte[] OnlyAnswer(string port)
    {
        var emitted = Effects(EffectKind.Emit).ShouldHaveSingleItem();
        emitted.Port.ShouldBe(Net.PortId(port));
        return Scratch.Frames.Span.Slice(emitted.FrameOffset, emitted.FrameLength).ToArray();
    }

    public void ShouldStaySilent() => Effects(EffectKind.Emit).ShouldBeEmpty();

    public bool HasTag(FlowTag tag) => Scratch.Tags.Span.ToArray().Contains(tag);
}
