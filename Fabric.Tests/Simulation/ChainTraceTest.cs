using Fabric.Devices;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>What a trace tells of chains.</summary>
public class ChainTraceTest
{
    private static readonly ChainId Inner = new(101);
    private static readonly Rule Tracing = Rule("look", RuleAction.Trace);

    [Test]
    public void ATraceTellsChainsAndMatchingRulesAndWhyThePacketWasDropped()
    {
        var world = ChainWorld
            .Of(Drop(new RuleMatch { EthType = new(0x0806) }), Rule("in", RuleAction.Jump, to: Inner))
            .Chain(Inner, Rule("tag", RuleAction.PushVlan, vlan: new VlanTag(0x8100, 5, 0)), Rule("no", RuleAction.Drop));
        world.Scratch.Trace = new Trace();
        world.Run(Keys.Tcp4());
        world.Steps.ShouldBe([
            "enters bridge `lan` by port `web1`",
            "chain `chain100` (inbound at port `web1`)",
            "rule `in` (2nd of chain `chain100`, inbound at port `web1`) matches: jump to chain `chain101`",
            "chain `chain101` (inbound at port `web1`)",
            "rule `tag` (1st of chain `chain101`, inbound at port `web1`) matches: push VLAN 5",
            "rule `no` (2nd of chain `chain101`, inbound at port `web1`) matches: drop",
            "dropped by rule `no` (2nd of chain `chain101`, inbound at port `web1`)",
        ]);
    }

    [Test]
    public void AMissingChainIsTold()
    {
        var world = ChainWorld.Of(Rule("in", RuleAction.Jump, to: Inner));
        world.Scratch.Trace = new Trace();
        world.Run(Keys.Tcp4());
        world.Steps.ShouldContain($"chain `{Inner}` does not exist; goes on");
    }

    [Test]
    public void ARuleTurnsTracingOnForThisPacketAlone()
    {
        var world = ChainWorld.Of(Rule("look", RuleAction.Trace, new RuleMatch { EthType = new(0x0800) }), Rule("no", RuleAction.Drop));
        world.Run(Keys.Tcp6());
        world.Scratch.Trace.ShouldBeNull();
        world.Run(Keys.Tcp4());
        world.Steps.ShouldBe([
            "rule `no` (2nd of chain `chain100`, inbound at port `web1`) matches: drop",
            "dropped by rule `no` (2nd of chain `chain100`, inbound at port `web1`)",
        ]);
        world.Run(Keys.Tcp6());
        world.Scratch.Trace.ShouldBeNull();
        world.Run(Keys.Tcp4());
        world.Steps.Count().ShouldBe(2);
    }

    [Test]
    public void ARuleThatTracesLeavesATraceThatWasAskedForAlone()
    {
        var asked = new Trace();
        var world = ChainWorld.Of(Tracing);
        world.Scratch.Trace = asked;
        world.Run(Keys.Tcp4());
        world.Run(Keys.Tcp4());
        world.Scratch.Trace.ShouldBeSameAs(asked);
        asked.Steps.Count.ShouldBe(4);
    }

    [Test]
    public void ATraceAltersNeitherVerdictNorMask()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new RandomRules(seed);
            Rule[] rules =
            [
                .. Enumerable.Range(0, 5).Select(i => Rule($"r{i}", i < 4 ? RuleAction.Continue : RuleAction.Drop, random.Match())),
            ];
            var (plain, traced) = (ChainWorld.Of(rules), ChainWorld.Of(rules));
            traced.Scratch.Trace = new Trace();
            var key = random.Key();
            traced.Run(key).ShouldBe(plain.Run(key), $"seed {seed}");
            traced.Scratch.Key.Mask.ShouldBe(plain.Scratch.Key.Mask, $"seed {seed}");
        }
    }
}
