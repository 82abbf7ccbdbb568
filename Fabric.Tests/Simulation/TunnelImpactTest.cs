using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using Fabric.Tests.Laws;

namespace Fabric.Tests.Simulation;

/// <summary>The two laws, for ways between hosts that go down and come up: random worlds whose ports are spread over hosts.</summary>
public class TunnelImpactTest
{
    private const int Worlds = 150;
    private const int ChangesPerWorld = 12;
    private const int PacketsPerChange = 8;
    private static readonly ImmutableArray<HostId> s_hosts = [new(1), new(2), new(3)];

    [Test]
    public void A_way_that_goes_down_or_comes_up_touches_every_flow_that_comes_out_otherwise()
    {
        var altered = 0;
        for (var seed = 0; seed < Worlds; seed++)
            altered += Try(seed);
        altered.ShouldBeGreaterThan(Worlds, "too few changes changed anything");
    }

    private static int Try(int seed)
    {
        var random = new Random(seed);
        var world = WorldGenerator.Make(random);
        var ports = world.ExteriorPorts;
        if (ports.IsEmpty)
            return 0;
        var topology = Spread(world.Topology, random);
        var packets = new PacketGenerator(random, world);
        var scratch = new SimulationScratch();
        var (learned, altered) = (world.Learned, 0);
        for (var change = 0; change < ChangesPerWorld; change++)
        {
            var before = learned;
            var host = s_hosts[random.Next(s_hosts.Length)];
            var down = learned.UnreachedHosts;
            learned = learned with { UnreachedHosts = down.Contains(host) ? down.Remove(host) : down.Add(host) };
            var touched = new List<FlowTag>();
            ChangeImpact.OfLearned(before, learned, touched);
            for (var i = 0; i < PacketsPerChange; i++)
            {
                var ingress = world.Pick(ports);
                var key = packets.Next(inPort: 7);
                var first = Decided.About(topology, before, ingress, key, scratch);
                if (!first.Verdict.IsCacheable)
                    continue;
                var mask = first.Mask;
                MaskPrerequisites.Complete(key, ref mask);
                var twin = MaskSoundnessLaw.Twin(random, key, mask, packets.Next(inPort: 7));
                first
                    .SameAs(Decided.About(topology, before, ingress, twin, scratch))
                    .ShouldBeTrue($"seed {seed}: the mask does not hold {twin}");
                foreach (var packet in new[] { key, twin })
                {
                    var after = Decided.About(topology, learned, ingress, packet, scratch);
                    if (first.SameAs(after))
                        continue;
                    altered++;
                    ImpactCoversChangeLaw
                        .IsHit(first.Tags, touched)
                        .ShouldBeTrue($"seed {seed}: {host} turns {first}\nto {after}\nfor {packet}");
                }
            }
        }
        return altered;
    }

    private static TopologySnapshot Spread(TopologySnapshot topology, Random random)
    {
        foreach (var host in s_hosts.Where(host => !topology.Hosts.ContainsKey(host)))
            topology = Do(topology, new TopologyCommand.PutDevice(new Host { Id = host, Name = new DeviceName("", $"h{host.Value}") }));
        foreach (var port in topology.Ports.Values.Where(port => port.Binding is not null).OrderBy(port => port.Id).ToList())
        {
            var host = s_hosts[random.Next(s_hosts.Length)];
            topology = Do(topology, new TopologyCommand.BindPort(port.Id, new HostBinding(host, port.Binding!.Value.Interface)));
        }
        return topology;
    }

    private static TopologySnapshot Do(TopologySnapshot topology, TopologyCommand command)
    {
        var decision = TopologyDecisions.Decide(topology, command);
        decision.Rejection.ShouldBeNull();
        return decision.Events.Aggregate(topology, TopologyEvolution.Apply);
    }
}
