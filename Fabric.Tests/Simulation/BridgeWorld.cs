using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>A bridge whose stations are not described, so that it learns; ports p1, p2 and p3.</summary>
internal sealed class BridgeWorld
{
    public static readonly MacAddress A = MacAddress.Parse("02:00:00:00:00:0a");
    public static readonly MacAddress B = MacAddress.Parse("02:00:00:00:00:0b");
    public static readonly MacAddress C = MacAddress.Parse("02:00:00:00:00:0c");

    public TopologyBuilder Net { get; } = new TopologyBuilder().Bridge("lan").Port("p1", "lan").Port("p2", "lan").Port("p3", "lan");

    public LearnedSnapshot Learned { get; set; } = LearnedSnapshot.Empty;

    public SimulationScratch Scratch { get; } = new();

    /// <summary>Frames of both versions, from A to a station.</summary>
    public static byte[][] FramesTo(MacAddress station, MacAddress? from = null) =>
        [Make.Udp("10.0.0.1", "10.0.0.2", from ?? A, station), Make.Udp("fd00::1", "fd00::2", from ?? A, station)];

    /// <summary>A station was heard behind a port.</summary>
    public BridgeWorld Heard(MacAddress mac, string port, ushort vlan = 0)
    {
        Learned = Learned with { Macs = Learned.Macs.SetItem(Key(mac, vlan), Net.PortId(port)) };
        return this;
    }

    public BridgeWorld Forgot(MacAddress mac)
    {
        Learned = Learned with { Macs = Learned.Macs.Remove(Key(mac)) };
        return this;
    }

    public MacKey Key(MacAddress mac, ushort vlan = 0) => new(Net.BridgeId("lan"), vlan, mac);

    public Verdict Send(string port, byte[] frame)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        return Simulator.Run(Net.Topology, Learned, Net.PortId(port), key, frame, Scratch);
    }

    /// <summary>The ports by which copies left, in the order of their names.</summary>
    public string[] Left => [.. Scratch.Outputs.Span.ToArray().Select(output => Net.Topology.Ports[output.Port].Name.Name).Order()];

    /// <summary>The stations that are to be learned.</summary>
    public (MacKey, PortId)[] ToLearn =>
        [
            .. Scratch
                .Effects.Span.ToArray()
                .Where(effect => effect.Kind == EffectKind.LearnMac)
                .Select(effect => (effect.Station, effect.Port)),
        ];

    /// <summary>A change of learned facts touches the flow of the last packet.</summary>
    public bool IsTouchedBy(Func<BridgeWorld> change)
    {
        var before = Learned;
        var impact = new List<FlowTag>();
        ChangeImpact.OfLearned(before, change().Learned, impact);
        return IsHit(impact);
    }

    /// <summary>A change of the description touches the flow of the last packet.</summary>
    public bool IsTouchedBy(Action<TopologyBuilder> change)
    {
        var before = Net.Topology;
        change(Net);
        var impact = new List<FlowTag>();
        ChangeImpact.Between(before, Net.Topology, impact);
        return IsHit(impact);
    }

    private bool IsHit(List<FlowTag> impact) => Scratch.Tags.Span.ToArray().Any(tag => impact.Any(touched => tag.IsHitBy(touched)));
}
