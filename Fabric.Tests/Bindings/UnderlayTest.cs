using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Bindings;

public class UnderlayTest
{
    private const uint Tunnel = 9;
    private static readonly string[] Hosts = ["a", "b", "c"];
    private static readonly string[][] Addresses =
    [
        [],
        ["192.0.2.1"],
        ["2001:db8::1"],
        ["192.0.2.2", "2001:db8::2"],
        ["2001:db8::3", "192.0.2.3"],
    ];

    private readonly SimulationScratch _decided = new();
    private readonly Buffer<RewriteStep> _steps = new(8);
    private readonly Buffer<FlowAction> _actions = new(8);
    private readonly Buffer<PortId> _unreached = new(8);
    private readonly FloodCopies _floods = new();

    [Test]
    public void Two_hosts_use_the_senders_first_address_that_the_other_has_one_of_the_version_for()
    {
        var net = new TopologyBuilder().Host("a", "192.0.2.1", "2001:db8::1").Host("b", "2001:db8::2", "2001:db8::3").Host("c");
        Underlay.TryPair(net.Topology, net.HostId("a"), net.HostId("b"), out var source, out var destination).ShouldBeTrue();
        (source, destination).ShouldBe((IpAddress.Parse("2001:db8::1"), IpAddress.Parse("2001:db8::2")));
        Underlay.TryPair(net.Topology, net.HostId("a"), net.HostId("c"), out _, out _).ShouldBeFalse();
    }

    /// <summary>The law of impact for what leaves through tunnels and comes out of them: what a change makes otherwise, it touches.</summary>
    [Test]
    public void Every_change_that_alters_the_way_of_a_flood_or_of_an_arrival_touches_it([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        var net = new TopologyBuilder().Chain("some").Bridge("one").Bridge("two");
        foreach (var host in Hosts)
            net.Host(host, FreeAddresses(net, host, random));
        net.Port("in", "one", "02:00:00:00:00:01", host: "a");
        var altered = 0;
        for (var step = 0; step < 80; step++)
        {
            var (before, flood) = (net.Topology, Flood(net.Topology, net));
            var arrivals = Arrivals(before, net);
            var events = net.Events.Count;
            Change(net, random);
            var tags = new List<FlowTag>();
            var now = before;
            foreach (var happened in net.Events.Skip(events))
            {
                var after = TopologyEvolution.Apply(now, happened);
                ChangeImpact.Of(now, happened, after, tags);
                now = after;
            }
            altered += Compare(flood, Flood(net.Topology, net), tags, $"seed {seed}, step {step}: a flood");
            var later = Arrivals(net.Topology, net);
            foreach (var (key, arrival) in arrivals)
                altered += Compare(arrival, later[key], tags, $"seed {seed}, step {step}: an arrival by {key}");
        }
        altered.ShouldBeGreaterThan(5, "the changes matter");
    }

    private static int Compare(Outcome before, Outcome after, List<FlowTag> impact, string because)
    {
        if (before.Says == after.Says)
            return 0;
        before.Tags.Any(tag => impact.Any(touched => tag.IsHitBy(touched))).ShouldBeTrue($"{because} was {before.Says}, is {after.Says}");
        return 1;
    }

    private static void Change(TopologyBuilder net, Random random)
    {
        var name = $"p{random.Next(6)}";
        var host = Hosts[random.Next(Hosts.Length)];
        var known = net.Topology.Find(DeviceKind.Port, new DeviceName("acme", name));
        switch (random.Next(5))
        {
            case 0 when known is not null:
                net.Do(new TopologyCommand.DeleteDevice(known.Ref));
                break;
            case 1:
                net.Host(host, FreeAddresses(net, host, random));
                break;
            case 2 when known is not null:
                net.Do(new TopologyCommand.BindPort(new PortId(known.Ref.Id), new HostBinding(net.HostId(host), name)));
                break;
            default:
                var bridge =
                    known is Port port ? net.Topology.Find(port.Owner)!.Name.Name
                    : random.Next(3) == 0 ? "two"
                    : "one";
                net.Port(name, bridge, outbound: random.Next(3) == 0 ? "some" : null, up: random.Next(4) > 0, host: host);
                break;
        }
    }

    /// <summary>Some that no other host has.</summary>
    private static string[] FreeAddresses(TopologyBuilder net, string host, Random random)
    {
        var taken = net.Topology.Hosts.Values.Where(other => other.Name.Name != host).SelectMany(other => other.Underlay).ToHashSet();
        var free = Addresses.Where(addresses => !addresses.Any(text => taken.Contains(IpAddress.Parse(text)))).ToArray();
        return free.Length == 0 ? [] : free[random.Next(free.Length)];
    }

    private Outcome Flood(TopologySnapshot topology, TopologyBuilder net)
    {
        var frame = PacketNotation
            .Parse("dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:99:99,udp,nw_src=10.0.0.1,nw_dst=10.0.0.99,tp_src=1,tp_dst=2")
            .ToFrame();
        FlowKeyReader.Read(frame, 1, out var key);
        Simulator.Run(topology, LearnedSnapshot.Empty, net.PortId("in"), key, frame, _decided);
        return Translate(topology, net.HostId("a"), default);
    }

    /// <summary>What would come of packets by every key that a port may have, from every address, at host b.</summary>
    private Dictionary<(uint, IpAddress), Outcome> Arrivals(TopologySnapshot topology, TopologyBuilder net)
    {
        var outcomes = new Dictionary<(uint, IpAddress), Outcome>();
        foreach (var source in Addresses.SelectMany(addresses => addresses).Select(text => IpAddress.Parse(text)))
        {
            for (var key = TunnelKeys.Lowest; key < TunnelKeys.Lowest + 40; key++)
            {
                var arriving = TunnelArrival.KeyOf(Tunnel, key, source, Fabric.Packets.EtherType.Ipv4);
                var verdict = TunnelArrival.Decide(topology, LearnedSnapshot.Empty, net.HostId("b"), arriving, _decided);
                outcomes.Add((key, source), Translate(topology, net.HostId("b"), verdict));
            }
        }
        return outcomes;
    }

    private Outcome Translate(TopologySnapshot topology, HostId self, Verdict verdict)
    {
        var underlay = new Underlay(self) { TunnelPort = Tunnel };
        underlay.Begin(topology, _decided);
        RewritePlan.Make(_decided.Key, _decided.Outputs.Span, _steps);
        ActionTranslator.Translate(_steps.Span, new Locations(topology, self, underlay), _floods, _actions, _unreached);
        var says =
            $"{verdict.Kind} {verdict.Reason} {string.Join(",", _actions.Span.ToArray())} without {string.Join(",", _unreached.Span.ToArray())}";
        return new Outcome(says, _decided.Tags.Span.ToArray());
    }

    private sealed record Outcome(string Says, FlowTag[] Tags);

    private readonly struct Locations(TopologySnapshot topology, HostId self, Underlay underlay) : IPortLocations
    {
        public bool TryFind(PortId port, out PortLocation location)
        {
            location = PortLocation.Local((uint)port.Value + 100);
            return topology.Ports[port].Binding?.Host == self || underlay.TryFind(port, out location);
        }
    }
}
