using Fabric.Agent.Views;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Laws;

/// <summary>The sentence about a drop names what really decided: a rule that the chain's rules, gone through by hand, name too; without it they name the next.</summary>
[TestFixture]
[Category("Laws")]
[Parallelizable(ParallelScope.All)]
public sealed class DropSentenceLaw
{
    private const int PacketsPerWorld = 20;
    private const int Wanted = 1_000;

    /// <summary>What was seen, so that the law says something.</summary>
    private sealed class Tally
    {
        public int Drops;
        public int Rules;
        public int NextRules;
        public int Passed;
        public int Cured;
        public HashSet<DropReason> Reasons { get; } = [];
        public HashSet<ChainHook> Hooks { get; } = [];
    }

    [Test]
    public void AThousandDropsNameTheTrueRuleAndThenTheNext()
    {
        var tally = new Tally();
        for (var seed = 0; tally.Rules < Wanted; seed++)
        {
            if (Holds(seed, tally) is { } counterexample)
                Assert.Fail($"seed {seed}: {counterexample}");
        }
        TestContext.Out.WriteLine(
            $"{tally.Drops} drops, {tally.Rules} by rules; without the rule {tally.NextRules} by another rule there, {tally.Passed} not there; {tally.Cured} mended"
        );
        tally.NextRules.ShouldBeGreaterThan(50, "rules that come next are among what is told");
        tally.Passed.ShouldBeGreaterThan(500, "and so is what lies behind the chain");
        tally.Cured.ShouldBeGreaterThan(10, "and devices and routes");
        tally.Reasons.Count.ShouldBeGreaterThan(10, "and so are most of the other reasons");
        tally.Hooks.Count.ShouldBe(4, "and every place of a chain");
    }

    private static string? Holds(int seed, Tally tally)
    {
        var random = new Random(seed);
        var world = WorldGenerator.Make(random);
        if (world.ExteriorPorts.IsEmpty)
            return null;
        var packets = new PacketGenerator(random, world);
        for (var i = 0; i < PacketsPerWorld; i++)
        {
            var (ingress, key) = (world.Pick(world.ExteriorPorts), packets.Next(inPort: 7));
            var verdict = Run(world, world.Topology, ingress, key);
            if (verdict.Kind != VerdictKind.Drop)
                continue;
            tally.Drops++;
            tally.Reasons.Add(verdict.Reason);
            var fault = verdict.Decider.IsRule
                ? RuleFault(world, ingress, key, verdict, tally)
                : DeviceFault(world, ingress, key, verdict, tally);
            if (fault is not null)
                return fault;
        }
        return null;
    }

    private static Verdict Run(WorldGenerator world, TopologySnapshot topology, PortId ingress, in FlowKey key) =>
        Simulator.Run(topology, world.Learned, ingress, key, default, new SimulationScratch());

    private static string? RuleFault(WorldGenerator world, PortId ingress, in FlowKey key, Verdict verdict, Tally tally)
    {
        tally.Rules++;
        tally.Hooks.Add(verdict.Decider.Hook);
        var topology = world.Topology;
        if (Untrue(world, topology, ingress, key, verdict) is { } untrue)
            return untrue;
        var decider = verdict.Decider;
        var rule = topology.Chains[decider.Chain].Rules[decider.RuleIndex];
        var before = DropPlace.Of(topology, world.Learned, ingress, key, decider);
        var without = TopologyEvolution.Apply(topology, new TopologyEvent.RuleDeleted(decider.Chain, decider.RuleIndex));
        var accepting = rule with { Action = RuleAction.Accept, JumpTo = null, Vlan = null };
        var accepted = TopologyEvolution.Apply(topology, new TopologyEvent.RuleReplaced(decider.Chain, decider.RuleIndex, accepting));
        return NextFault(world, ingress, key, decider, before, without, tally)
            ?? NextFault(world, ingress, key, decider, before, accepted, tally: null);
    }

    /// <summary>What is wrong with what is told of the packet in another network, which the rule does not drop it in.</summary>
    private static string? NextFault(
        WorldGenerator world,
        PortId ingress,
        in FlowKey key,
        Decider decider,
        DropPlace before,
        TopologySnapshot after,
        Tally? tally
    )
    {
        var then = Run(world, after, ingress, key);
        var next = before.EndIn(after);
        var isThere = then.Kind == VerdictKind.Drop && (then.Decider.Device, then.Decider.Hook) == (decider.Device, decider.Hook);
        var told = isThere ? DropPlace.Of(after, world.Learned, ingress, key, then.Decider) : null;
        if (next is { } expected)
        {
            tally?.NextRules += 1;
            if (told?.Entries != before.Entries || (then.Decider.Chain, then.Decider.RuleIndex) != (expected.Chain, expected.Rule))
                return $"next is rule {expected} at {decider}, told is {then}";
        }
        else
        {
            tally?.Passed += 1;
            if (told?.Entries == before.Entries)
                return $"no rule drops it any more at {decider}, told is {then}";
        }
        return then is { Kind: VerdictKind.Drop, Decider.IsRule: true } ? Untrue(world, after, ingress, key, then) : null;
    }

    /// <summary>What is untrue of what is told of a drop by a rule.</summary>
    private static string? Untrue(WorldGenerator world, TopologySnapshot topology, PortId ingress, in FlowKey key, Verdict verdict)
    {
        var decider = verdict.Decider;
        var found = DropPlace.Of(topology, world.Learned, ingress, key, decider).EndIn(topology);
        if (found != (decider.Chain, decider.RuleIndex, verdict.Reason))
            return $"by hand it is {found}, told is {verdict}";
        var (chain, place) = (topology.Chains[decider.Chain], topology.Find(decider.Device)!.Name.Name);
        var rule = chain.Rules[decider.RuleIndex].Name;
        var sentence = DropSentence.Of(topology, "here", topology.Ports[ingress], key, verdict, rule);
        string[] parts =
        [
            "at host `here`",
            $"by rule `{rule}` (",
            $" of chain `{chain.Name.Name}`, ",
            $"{(decider.Hook is ChainHook.PortInbound or ChainHook.DeviceInbound ? "in" : "out")}bound at ",
            $" `{place}`)",
        ];
        return parts.FirstOrDefault(part => !sentence.Contains(part, StringComparison.Ordinal)) is { } missing
            ? $"no {missing}: {sentence}"
            : null;
    }

    /// <summary>What is wrong with what is told of a drop by a device: it is not named, or what is said to be amiss is mended and nothing comes of it.</summary>
    private static string? DeviceFault(WorldGenerator world, PortId ingress, in FlowKey key, Verdict verdict, Tally tally)
    {
        var topology = world.Topology;
        var sentence = DropSentence.Of(topology, "here", topology.Ports[ingress], key, verdict, rule: null);
        if (!sentence.Contains("at host `here`", StringComparison.Ordinal))
            return $"no host: {sentence}";
        if (!sentence.Contains($"`{topology.Find(verdict.Decider.Device)?.Name.Name}`", StringComparison.Ordinal))
            return $"no device: {sentence}";
        if (Mended(topology, world.Learned, verdict) is not { } mended)
            return null;
        tally.Cured++;
        var then = Simulator.Run(mended.Topology, mended.Learned, ingress, key, default, new SimulationScratch());
        var isSame = then.Kind == VerdictKind.Drop && (then.Reason, then.Decider) == (verdict.Reason, verdict.Decider);
        return isSame ? $"mended, and yet: {sentence}" : null;
    }

    /// <summary>The network without what the reason says is amiss; null where nothing single is.</summary>
    private static (TopologySnapshot Topology, LearnedSnapshot Learned)? Mended(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        Verdict verdict
    ) =>
        (verdict.Reason, topology.Find(verdict.Decider.Device)) switch
        {
            (DropReason.PortDown, Port port) => (topology, learned with { DownPorts = learned.DownPorts.Remove(port.Id) }),
            (DropReason.PortAdminDown, Port port) => (Put(topology, port with { IsAdminUp = true }), learned),
            (DropReason.DeviceAdminDown, Bridge bridge) => (Put(topology, bridge with { IsAdminUp = true }), learned),
            (DropReason.DeviceAdminDown, Router router) => (Put(topology, router with { IsAdminUp = true }), learned),
            (DropReason.NeighborUnreachable, _) => (topology, learned with { FailedNeighbors = [] }),
            (DropReason.Blackhole or DropReason.RouteReject, Router router) => (Put(topology, WithoutRefusals(router)), learned),
            _ => null,
        };

    private static Router WithoutRefusals(Router router) =>
        router with
        {
            Routes = router.Routes.RemoveRange(
                router.Routes.Where(route => route.Value.Kind != RouteKind.Forward).Select(route => route.Key)
            ),
        };

    private static TopologySnapshot Put(TopologySnapshot topology, Device device) =>
        TopologyEvolution.Apply(topology, new TopologyEvent.DeviceUpdated(device));
}
