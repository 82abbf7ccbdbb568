using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Laws;

/// <summary>If a change alters the verdict of any packet that a flow admits, its tags hit that flow's tags.</summary>
[TestFixture]
[Category("Laws")]
[Parallelizable(ParallelScope.All)]
public sealed class ImpactCoversChangeLaw
{
    private const int PacketsPerWorld = 12;
    private const int ChangesPerWorld = 12;

    [Test]
    public void A_change_that_alters_a_verdict_touches_its_flow() =>
        LawRun.ForEachSeed(LawRun.Cases(40_000) / (PacketsPerWorld * ChangesPerWorld), Holds);

    /// <summary>Seeds that failed once, kept for ever.</summary>
    [TestCase(0)]
    public void Known_seeds_hold(int seed) => Holds(seed).ShouldBeNull();

    private static string? Holds(int seed)
    {
        var random = new Random(seed);
        var world = WorldGenerator.Make(random);
        var packets = new PacketGenerator(random, world);
        var scratch = new SimulationScratch();
        for (var change = 0; change < ChangesPerWorld; change++)
        {
            var (topology, learned) = (world.Topology, world.Learned);
            var ports = world.ExteriorPorts;
            if (ports.IsEmpty)
                return null;
            var tags = new List<FlowTag>();
            var what = Change(random, world, tags);
            for (var i = 0; i < PacketsPerWorld; i++)
            {
                var ingress = world.Pick(ports);
                var key = packets.Next(inPort: 7);
                var before = Decided.About(topology, learned, ingress, key, scratch);
                // What is not cached cannot become stale.
                if (!before.Verdict.IsCacheable)
                    continue;
                var mask = before.Mask;
                MaskPrerequisites.Complete(key, ref mask);
                var twin = MaskSoundnessLaw.Twin(random, key, mask, packets.Next(inPort: 7));
                foreach (var packet in new[] { key, twin })
                {
                    var after = Decided.About(world.Topology, world.Learned, ingress, packet, scratch);
                    if (!before.SameAs(after) && !IsHit(before.Tags, tags))
                        return $"{what} changes packet {packet}\nfrom {before}\nto {after}\nbut touches only {string.Join(", ", tags)}\nflow has {string.Join(", ", before.Tags)}";
                }
            }
        }
        return null;
    }

    private static string Change(Random random, WorldGenerator world, List<FlowTag> tags)
    {
        var (topology, learned) = (world.Topology, world.Learned);
        if (random.Next(3) == 0)
        {
            world.LearnSomething();
            ChangeImpact.OfLearned(learned, world.Learned, tags);
            return "learning";
        }
        var events = world.Change();
        var state = topology;
        foreach (var happened in events)
        {
            var next = TopologyEvolution.Apply(state, happened);
            ChangeImpact.Of(state, happened, next, tags);
            state = next;
        }
        return string.Join(", ", events);
    }

    internal static bool IsHit(IEnumerable<FlowTag> flow, IReadOnlyCollection<FlowTag> impact) =>
        flow.Any(tag => impact.Any(touched => tag.IsHitBy(touched)));
}
