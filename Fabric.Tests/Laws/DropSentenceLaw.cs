using Fabric.Agent.Views;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Laws;

/// <summary>The sentence about a drop names what really decided: without it the packet ends otherwise, or something else is named.</summary>
[TestFixture]
[Category("Laws")]
[Parallelizable(ParallelScope.All)]
public sealed class DropSentenceLaw
{
    private const int PacketsPerWorld = 20;
    private const int Wanted = 1_000;

    [Test]
    public void A_thousand_drops_name_the_true_device_or_rule()
    {
        var (drops, rules, reasons) = (0, 0, new HashSet<DropReason>());
        for (var seed = 0; drops < Wanted; seed++)
        {
            if (Holds(seed, ref drops, ref rules, reasons) is { } counterexample)
                Assert.Fail($"seed {seed}: {counterexample}");
        }
        rules.ShouldBeGreaterThan(50, "rules are among what decided");
        reasons.Count.ShouldBeGreaterThan(10, "and so are most of the other reasons");
    }

    private static string? Holds(int seed, ref int drops, ref int rules, HashSet<DropReason> reasons)
    {
        var random = new Random(seed);
        var world = WorldGenerator.Make(random);
        if (world.ExteriorPorts.IsEmpty)
            return null;
        var packets = new PacketGenerator(random, world);
        var scratch = new SimulationScratch();
        for (var i = 0; i < PacketsPerWorld; i++)
        {
            var (ingress, key) = (world.Pick(world.ExteriorPorts), packets.Next(inPort: 7));
            var verdict = Simulator.Run(world.Topology, world.Learned, ingress, key, default, scratch);
            if (verdict.Kind != VerdictKind.Drop)
                continue;
            drops++;
            reasons.Add(verdict.Reason);
            if (WhyNot(world, ingress, key, verdict, ref rules) is { } counterexample)
                return counterexample;
        }
        return null;
    }

    private static string? WhyNot(WorldGenerator world, PortId ingress, in FlowKey key, Verdict verdict, ref int rules)
    {
        var topology = world.Topology;
        var decider = verdict.Decider;
        var rule = decider.IsRule ? topology.Chains[decider.Chain].Rules[decider.RuleIndex].Name : null;
        var sentence = DropSentence.Of(topology, "here", topology.Ports[ingress], key, verdict, rule);
        if (!sentence.Contains("at host `here`", StringComparison.Ordinal))
            return $"no host: {sentence}";
        if (rule is null)
            return sentence.Contains($"`{topology.Find(decider.Device)?.Name.Name}`", StringComparison.Ordinal)
                ? null
                : $"no device: {sentence}";
        rules++;
        if (!sentence.Contains($"by rule `{rule}`", StringComparison.Ordinal))
            return $"no rule: {sentence}";
        var without = TopologyEvolution.Apply(topology, new TopologyEvent.RuleDeleted(decider.Chain, decider.RuleIndex));
        var then = Simulator.Run(without, world.Learned, ingress, key, default, new SimulationScratch());
        var isSame =
            then.Kind == VerdictKind.Drop
            && then.Decider.IsRule
            && then.Decider.Chain == decider.Chain
            && without.Chains[then.Decider.Chain].Rules[then.Decider.RuleIndex].Name == rule;
        return isSame ? $"without the rule it decides all the same: {sentence}" : null;
    }
}
