using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Behaviours 55 to 57: chains, jumps, returns.</summary>
public class ChainStepTest
{
    private static readonly ChainId Inner = new(101);
    private static readonly ChainId Innermost = new(102);

    [Test]
    public void AnEmptyChainLetsPacketsPass() => ChainWorld.Of().Passes(Keys.Tcp4()).ShouldBeTrue();

    [Test]
    public void ThePacketIsAcceptedAtTheEndOfTheChain() =>
        ChainWorld.Of(Rule("count", RuleAction.Continue)).Passes(Keys.Tcp4()).ShouldBeTrue();

    [Test]
    public void TheFirstRuleThatEndsTheTraversalDecides()
    {
        ChainWorld.Of(Rule("a", RuleAction.Accept), Rule("d", RuleAction.Drop)).Passes(Keys.Tcp4()).ShouldBeTrue();
        ChainWorld.Of(Rule("d", RuleAction.Drop), Rule("a", RuleAction.Accept)).Passes(Keys.Tcp4()).ShouldBeFalse();
    }

    [Test]
    public void OfRulesWithEqualConditionsTheFirstDecides([Values(2, 30, 100)] int ports)
    {
        var rules = Enumerable.Range(0, 2 * ports).Select(i => ToPort(i % ports, i < ports ? RuleAction.Accept : RuleAction.Drop));
        var world = ChainWorld.Of([.. rules, Rule("else", RuleAction.Drop)]);

        for (ushort port = 0; port < ports; port++)
            world.Passes(Keys.Tcp4(to: port)).ShouldBeTrue($"port {port}");
        world.Passes(Keys.Tcp4(to: (ushort)ports)).ShouldBeFalse();
    }

    [Test]
    public void ADropNamesTheRuleThatDecided()
    {
        var world = ChainWorld.Of(Rule("count", RuleAction.Continue), Rule("no", RuleAction.Drop));
        var verdict = world.Run(Keys.Tcp4());
        verdict.Reason.ShouldBe(DropReason.Rule);
        verdict.Decider.ShouldBe(new Decider(Entry, Root, 1, ChainHook.PortInbound));
        verdict.IsCacheable.ShouldBeTrue();
    }

    [Test]
    public void ARejectIsADropWithItsOwnReason() =>
        ChainWorld.Of(Rule("no", RuleAction.Reject)).Run(Keys.Tcp4()).Reason.ShouldBe(DropReason.RuleReject);

    [Test]
    public void Row55EachChainPassedLeavesATag()
    {
        var world = ChainWorld.Of(Rule("in", RuleAction.Jump, to: Inner)).Chain(Inner);
        world.Passes(Keys.Tcp4()).ShouldBeTrue();
        TagsOf(world).ShouldBe([Root, Inner]);
    }

    [Test]
    public void Row57AMissingChainLeavesATagAndPacketsPass()
    {
        var world = ChainWorld.Of(Rule("in", RuleAction.Jump, to: Inner), Rule("no", RuleAction.Drop));
        world.Passes(Keys.Tcp4()).ShouldBeFalse();
        TagsOf(world).ShouldBe([Root, Inner]);
        new ChainWorld().Passes(Keys.Tcp4()).ShouldBeTrue();
    }

    [Test]
    public void Row57AfterTheEndOfAChainTheCallerGoesOn() =>
        ChainWorld.Of(Rule("in", RuleAction.Jump, to: Inner), Rule("no", RuleAction.Drop)).Chain(Inner).Passes(Keys.Tcp4()).ShouldBeFalse();

    [Test]
    public void Row57AReturnGoesBackToTheCaller()
    {
        var world = ChainWorld
            .Of(Rule("in", RuleAction.Jump, to: Inner), Rule("no", RuleAction.Drop))
            .Chain(Inner, Rule("back", RuleAction.Return), Rule("never", RuleAction.Accept));
        world.Run(Keys.Tcp4()).Decider.ShouldBe(new Decider(Entry, Root, 1, ChainHook.PortInbound));
    }

    [Test]
    public void Row57AReturnFromTheOutermostChainLetsPacketsPass() =>
        ChainWorld.Of(Rule("back", RuleAction.Return), Rule("no", RuleAction.Drop)).Passes(Keys.Tcp4()).ShouldBeTrue();

    [Test]
    public void Row57AnAcceptInsideAJumpEndsTheTraversal() =>
        ChainWorld
            .Of(Rule("in", RuleAction.Jump, to: Inner), Rule("no", RuleAction.Drop))
            .Chain(Inner, Rule("yes", RuleAction.Accept))
            .Passes(Keys.Tcp4())
            .ShouldBeTrue();

    [Test]
    public void Row57ADropInsideANestedJumpNamesTheInnermostChain()
    {
        var world = ChainWorld
            .Of(Rule("in", RuleAction.Jump, to: Inner))
            .Chain(Inner, Rule("deeper", RuleAction.Jump, to: Innermost), Rule("yes", RuleAction.Accept))
            .Chain(Innermost, Rule("count", RuleAction.Continue), Rule("no", RuleAction.Drop));
        world.Run(Keys.Tcp4()).Decider.ShouldBe(new Decider(Entry, Innermost, 1, ChainHook.PortInbound));
    }

    [Test]
    public void Row57AReturnFromANestedChainGoesOnInTheMiddleOne() =>
        ChainWorld
            .Of(Rule("in", RuleAction.Jump, to: Inner), Rule("no", RuleAction.Drop))
            .Chain(Inner, Rule("deeper", RuleAction.Jump, to: Innermost), Rule("yes", RuleAction.Accept))
            .Chain(Innermost, Rule("back", RuleAction.Return))
            .Passes(Keys.Tcp4())
            .ShouldBeTrue();

    [Test]
    public void Row57AChainThatJumpsToItselfIsSkipped()
    {
        var world = ChainWorld
            .Of(Rule("in", RuleAction.Jump, to: Inner), Rule("no", RuleAction.Drop))
            .Chain(Inner, Rule("round", RuleAction.Jump, to: Root), Rule("self", RuleAction.Jump, to: Inner));
        world.Scratch.Trace = new Trace();
        world.Run(Keys.Tcp4()).Decider.ShouldBe(new Decider(Entry, Root, 1, ChainHook.PortInbound));
        world.Steps.Count(text => text.Contains("skipped", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Test]
    public void AChainMayBeJumpedToAgainAfterItWasLeft()
    {
        var world = ChainWorld
            .Of(Rule("once", RuleAction.Jump, to: Inner), Rule("twice", RuleAction.Jump, to: Inner))
            .Chain(Inner, Rule("count", RuleAction.Continue));
        world.Passes(Keys.Tcp4()).ShouldBeTrue();
        world.Scratch.RuleHits.Span.ToArray().Count(hit => hit.Chain == Inner).ShouldBe(2);
    }

    [TestCase(SimulationLimits.MaxChainDepth, DropReason.DeviceAdminDown)]
    [TestCase(SimulationLimits.MaxChainDepth + 1, DropReason.ChainDepth)]
    public void JumpsMayBeNestedToALimit(int depth, DropReason expected)
    {
        var world = ChainWorld.Of(Rule("in", RuleAction.Jump, to: new ChainId(1000)));
        for (var i = 0; i < depth; i++)
            world.Chain(new ChainId(1000 + (ulong)i), i + 1 < depth ? [Rule("in", RuleAction.Jump, to: new ChainId(1001 + (ulong)i))] : []);
        var verdict = world.Run(Keys.Tcp4());
        verdict.Reason.ShouldBe(expected);
        if (expected == DropReason.ChainDepth)
            TraceText
                .DropSentence(world.Topology, verdict.Reason, verdict.Decider)
                .ShouldStartWith(
                    $"dropped by rule `in` (1st of chain `chain{1000 + depth - 2}`, inbound at port `web1`): chains jump deeper"
                );
    }

    [Test]
    public void ChainsThatForkByTheDozenEndInADrop()
    {
        var world = ChainWorld.Of(Rule("in", RuleAction.Jump, to: new ChainId(1000)));
        for (var i = 0UL; i < 30; i++)
        {
            var next = new ChainId(1001 + i);
            world.Chain(new ChainId(1000 + i), Rule("one", RuleAction.Jump, to: next), Rule("two", RuleAction.Jump, to: next));
        }
        world.Run(Keys.Tcp4()).Reason.ShouldBe(DropReason.ChainDepth);
    }

    [Test]
    public void RulesThatMatchedAreKnownAfterwards()
    {
        var world = ChainWorld
            .Of(Drop(new RuleMatch { EthType = new(0x0806) }), Rule("in", RuleAction.Jump, to: Inner), Rule("no", RuleAction.Drop))
            .Chain(Inner, Rule("count", RuleAction.Continue));
        world.Passes(Keys.Tcp4()).ShouldBeFalse();
        world.Scratch.RuleHits.Span.ToArray().ShouldBe([new RuleHit(Root, "in"), new RuleHit(Inner, "count"), new RuleHit(Root, "no")]);
        world.Passes(Keys.Arp()).ShouldBeFalse();
        world.Scratch.RuleHits.Span.ToArray().ShouldBe([new RuleHit(Root, "drop")]);
    }

    private static IEnumerable<ChainId> TagsOf(ChainWorld world) =>
        world.Scratch.Tags.Span.ToArray().Where(tag => tag.Kind == FlowTagKind.Chain).Select(tag => new ChainId(tag.Device));

    private static Rule ToPort(int port, RuleAction action) =>
        Rule($"{action}-{port}", action, new RuleMatch { DestinationPort = new(PortRange.Only((ushort)port)) });
}
