using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Devices;

/// <summary>Membership in sets of many prefixes, seen through the rule that asks.</summary>
public class AddressSetIndexTest
{
    private const int Addresses = 3_000;

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void AnAddressIsAMemberWhenOneOfThePrefixesContainsIt(IpFamily family)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var members = Enumerable.Range(0, random.Next(60)).Select(_ => Prefix(random, family)).ToImmutableSortedSet();
            var world = World(members);
            for (var i = 0; i < Addresses / 20; i++)
            {
                var address = Near(random, members, family);
                var key = Packet(family, address);
                var expected = members.Any(prefix => prefix.Contains(address));
                world.Passes(key).ShouldBe(!expected, $"seed {seed}, {address}");
                ShouldNotDependOnMore(world, key, expected, random, $"seed {seed}, {address}");
            }
        }
    }

    [Test]
    public void AHundredThousandPrefixesAreLookedUp()
    {
        var members = Enumerable
            .Range(0, 100_000)
            .Select(i => new IpPrefix(IpAddress.V4(0x0a00_0000u + (uint)i * 512), 24))
            .ToImmutableSortedSet();
        var world = World(members);
        world.Passes(Packet(IpFamily.V4, IpAddress.V4(0x0a00_0000u + 99_999 * 512 + 255))).ShouldBeFalse();
        world.Scratch.Key.Mask.GetAny(FlowField.NwSrc).ShouldBe(0xffff_ff00u);
        world.Passes(Packet(IpFamily.V4, IpAddress.V4(0x0a00_0000u + 99_998 * 512 + 256))).ShouldBeTrue();
        world.Scratch.Key.Mask.GetAny(FlowField.NwSrc).ShouldBe(0xffff_ff00u);
        world.Passes(Packet(IpFamily.V4, IpAddress.V4(0x8000_0000))).ShouldBeTrue();
        world.Scratch.Key.Mask.GetAny(FlowField.NwSrc).ShouldBe(0x8000_0000u);
    }

    /// <summary>Other addresses that share the observed bits have the same answer.</summary>
    private static void ShouldNotDependOnMore(ChainWorld world, in FlowKey key, bool isMember, Random random, string name)
    {
        var observed = world.Scratch.Key.Mask.GetAny(FlowField.NwSrc);
        var width = IpAddress.WidthOf(key.Family);
        var free = ~observed & IpPrefix.MaskOf(key.Family, width);
        for (var i = 0; i < 4; i++)
        {
            var other = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) & free | key.GetWide(FlowField.NwSrc) & observed;
            world.Passes(key.With(FlowField.NwSrc, other)).ShouldBe(!isMember, name);
        }
    }

    private static ChainWorld World(ImmutableSortedSet<IpPrefix> members)
    {
        var world = ChainWorld.Of(ChainWorld.Drop(new() { SourceSet = new(ChainWorld.Set) })).Members(ChainWorld.Set);
        world.Change(ChainWorld.Set, set => set with { Members = members });
        return world;
    }

    private static FlowKey Packet(IpFamily family, IpAddress source) =>
        (family == IpFamily.V4 ? Keys.Tcp4() : Keys.Tcp6()).With(FlowField.NwSrc, source.Bits);

    /// <summary>Few distinct bits, so that prefixes nest, touch and halve one another.</summary>
    private static IpPrefix Prefix(Random random, IpFamily family)
    {
        var width = IpAddress.WidthOf(family);
        var bits = (UInt128)random.Next(64) << (width - 6) | (UInt128)random.Next(8);
        return new IpPrefix(IpAddress.Of(family, bits), random.Next(3) == 0 ? random.Next(width + 1) : random.Next(2, 8));
    }

    private static IpAddress Near(Random random, ImmutableSortedSet<IpPrefix> members, IpFamily family)
    {
        var start = members.Count > 0 ? members[random.Next(members.Count)] : new IpPrefix(IpAddress.Of(family, UInt128.Zero), 0);
        return random.Next(4) switch
        {
            0 => start.Address,
            1 => start.Last,
            2 => IpAddress.Of(family, start.Last.Bits + 1),
            _ => IpAddress.Of(family, start.Address.Bits ^ UInt128.One << random.Next(IpAddress.WidthOf(family))),
        };
    }
}
