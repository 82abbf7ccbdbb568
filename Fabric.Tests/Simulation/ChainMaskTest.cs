using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Laws of chains over random rules and packets.</summary>
public class ChainMaskTest
{
    private const int Cases = 30_000;
    private static readonly ChainId Inner = new(101);
    private static readonly string[] Members = ["10.0.0.0/31", "10.128.0.0/10", "192.168.3.0/24", "fd00::/64", "fd00:0:0:1::/65"];

    /// <summary>The local form of mask soundness: whatever the wildcarded bits are, the chain does the same.</summary>
    [Test]
    public void APacketThatTheMaskAdmitsHasTheSameFate()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomRules(seed);
            var world = World(random);
            var key = random.Key();
            var verdict = world.Run(key);
            if (!verdict.IsCacheable)
                continue;
            var mask = world.Scratch.Key.Mask;
            var fate = Fate.Of(world, verdict);
            for (var i = 0; i < 4; i++)
            {
                var other = i < 2 ? Mix(key, random.Key(), mask) : Flip(key, mask, random);
                var otherVerdict = world.Run(other);
                Fate.Of(world, otherVerdict).ShouldBe(fate, $"seed {seed}");
            }
        }
    }

    [Test]
    public void RulesMatchAsTheirConditionsSay()
    {
        var matched = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomRules(seed);
            var match = random.Match();
            var world = Of(Drop(match)).Members(Set, Members);
            var key = random.Key();
            var expected = RuleOracle.Matches(match, key, world.Place);
            world.Passes(key).ShouldBe(!expected, $"seed {seed}: {match}");
            matched += expected ? 1 : 0;
        }
        // Or the generator shows nothing.
        matched.ShouldBeInRange(Cases / 5, Cases * 4 / 5);
    }

    /// <summary>What a failed rule teaches the next ones of its chain changes neither verdict nor mask.</summary>
    [Test]
    public void AChainObservesWhatItsRulesInChainsOfTheirOwnObserve()
    {
        for (var seed = 0; seed < Cases / 3; seed++)
        {
            var random = new RandomRules(seed);
            Rule[] rules =
            [
                .. Enumerable
                    .Range(0, random.OneIn(20) ? 60 : 6)
                    .Select(i => Rule($"r{i}", Pick(random, RuleAction.Drop, RuleAction.Continue), random.Match())),
            ];
            ShouldBeAsApart(rules, random.Key(), $"seed {seed}");
        }
    }

    /// <summary>A row of rules that differ in ports or subnets, or some in these and some in those, is searched, not gone through: the same again.</summary>
    [Test]
    public void ALongRowOfLikeRulesObservesWhatItsRulesInChainsOfTheirOwnObserve()
    {
        for (var seed = 0; seed < Cases / 15; seed++)
        {
            var random = new RandomRules(seed);
            var kinds = new[] { random.Below(4), random.Below(4), random.Below(4) };
            Rule[] rules = [.. Enumerable.Range(0, 4 + random.Below(80)).Select(i => LikeRule(random, i, kinds[random.Below(3)]))];
            for (var i = 0; i < 5; i++)
            {
                var key = random.Key();
                key.TpDst = (ushort)random.Below(64);
                key.SetWide(FlowField.NwSrc, key.GetWide(FlowField.NwSrc) ^ (UInt128)random.Below(64) << 64 ^ (UInt128)random.Below(256));
                ShouldBeAsApart(rules, key, $"seed {seed}");
            }
        }
    }

    private static Rule LikeRule(RandomRules random, int index, int kind)
    {
        var port = new Test<PortRange>(PortRange.Only((ushort)random.Below(64)), random.OneIn(30));
        var match = kind switch
        {
            0 => new RuleMatch { DestinationPort = port },
            1 => new RuleMatch { Source = new(Subnet(random, 30)), DestinationPort = port },
            2 => new RuleMatch { Source = new(Subnet(random, random.OneIn(10) ? 25 + random.Below(8) : 30)) },
            _ => new RuleMatch
            {
                Source = new(new IpPrefix(IpAddress.V6(((UInt128)0xfd00 << 112) + ((UInt128)random.Below(64) << 64)), 64)),
            },
        };
        if (random.OneIn(6))
            match = match with { Protocol = new((byte)(random.OneIn(2) ? 6 : 17)) };
        return Rule($"r{index}", Pick(random, RuleAction.Drop, RuleAction.Drop, RuleAction.Continue), match);
    }

    private static IpPrefix Subnet(RandomRules random, int length) => new(IpAddress.V4((uint)(0x0a00_0000 + random.Below(256))), length);

    private static void ShouldBeAsApart(Rule[] rules, in FlowKey key, string name)
    {
        var together = Of(rules).Members(Set, Members);
        var apart = Of([.. rules.Select((_, i) => Rule($"j{i}", RuleAction.Jump, to: new ChainId(200 + (ulong)i)))]).Members(Set, Members);
        for (var i = 0; i < rules.Length; i++)
            apart.Chain(new ChainId(200 + (ulong)i), rules[i]);
        apart.Passes(key).ShouldBe(together.Passes(key), name);
        apart.Scratch.Key.Mask.ShouldBe(together.Scratch.Key.Mask, name);
    }

    private static ChainWorld World(RandomRules random)
    {
        var world = Of(Rules(random, canJump: true)).Chain(Inner, Rules(random, canJump: false)).Members(Set, Members);
        return world;
    }

    private static Rule[] Rules(RandomRules random, bool canJump) =>
        [.. Enumerable.Range(0, 1 + random.Below(5)).Select(i => AnyRule(random, i, canJump))];

    private static Rule AnyRule(RandomRules random, int index, bool canJump)
    {
        var action = Pick(
            random,
            RuleAction.Accept,
            RuleAction.Drop,
            RuleAction.Continue,
            RuleAction.Return,
            RuleAction.PushVlan,
            RuleAction.PopVlan,
            canJump ? RuleAction.Jump : RuleAction.Continue
        );
        var vlan = action == RuleAction.PushVlan ? new VlanTag(0x8100, (ushort)random.Below(3), (byte)random.Below(8)) : (VlanTag?)null;
        return Rule($"r{index}", action, random.Match(), action == RuleAction.Jump ? Inner : null, vlan);
    }

    private static T Pick<T>(RandomRules random, params ReadOnlySpan<T> values) => values[random.Below(values.Length)];

    /// <summary>A packet that the mask admits and that is another usual packet else.</summary>
    private static FlowKey Mix(in FlowKey key, in FlowKey other, in FlowMask mask)
    {
        var mixed = other;
        for (var i = 0; i < FlowFieldLayout.Count; i++)
        {
            var field = (FlowField)i;
            var exact = mask.GetAny(field);
            mixed.SetAny(field, key.GetAny(field) & exact | other.GetAny(field) & ~exact);
        }
        return mixed;
    }

    /// <summary>A packet that the mask admits: some or most of the other bits flipped.</summary>
    private static FlowKey Flip(in FlowKey key, in FlowMask mask, RandomRules random)
    {
        var flipped = key;
        var sparse = random.OneIn(2);
        for (var i = 0; i < FlowFieldLayout.Count; i++)
        {
            var field = (FlowField)i;
            var bits = new UInt128(random.Bits(), random.Bits());
            if (sparse)
                bits &= new UInt128(random.Bits() & random.Bits(), random.Bits() & random.Bits());
            flipped.SetAny(field, key.GetAny(field) ^ bits & ~mask.GetAny(field) & FlowFieldLayout.AllOf(field));
        }
        return flipped;
    }

    /// <summary>All that came of a packet.</summary>
    private sealed record Fate(Verdict Verdict, FlowMask Mask, FlowMask Written, FlowKey Rewritten, string Hits, string Tags)
    {
        public static Fate Of(ChainWorld world, Verdict verdict)
        {
            var key = world.Scratch.Key;
            return new Fate(
                verdict,
                key.Mask,
                key.Written,
                key.Current.Masked(key.Written),
                string.Join(" ", world.Scratch.RuleHits.Span.ToImmutableArray()),
                string.Join(" ", world.Scratch.Tags.Span.ToImmutableArray())
            );
        }
    }
}
