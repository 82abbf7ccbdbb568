using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Row 64: rules on address sets.</summary>
public class RuleSetTest
{
    private static readonly RuleMatch FromSet = new() { SourceSet = new(Set) };

    [Test]
    public void Row64AChangedSetIsSeenAtOnce()
    {
        var world = Of(Drop(FromSet)).Members(Set, "10.0.0.0/24");
        world.Passes(Keys.Tcp4()).ShouldBeFalse();
        world.Members(Set, "10.0.1.0/24", "fd00::/64").Passes(Keys.Tcp4()).ShouldBeTrue();
        world.Passes(Keys.Tcp6()).ShouldBeFalse();
    }

    [Test]
    public void Row64ACopyOfASetWithOtherMembersIsAnotherSet()
    {
        var world = Of(Drop(FromSet)).Members(Set, "10.0.0.0/24");
        world.Passes(Keys.Tcp4()).ShouldBeFalse();
        world.Change(Set, set => set with { Members = [] });
        world.Passes(Keys.Tcp4()).ShouldBeTrue();
    }

    [TestCase("10.0.0.0/24", "10.0.0.0/24", TestName = "A hit rests on the member")]
    [TestCase("10.0.0.1/32", "10.0.0.1/32", TestName = "A hit rests on the only member")]
    [TestCase("10.0.0.0/25 10.0.0.128/25", "10.0.0.0/24", TestName = "Two halves are one member")]
    [TestCase("10.0.0.0/8 10.0.0.0/24", "10.0.0.0/8", TestName = "A member in another tells nothing")]
    [TestCase("11.0.0.0/8", "10.0.0.0/8", TestName = "A miss rests on the first bit that differs")]
    [TestCase("128.0.0.0/8", "0.0.0.0/1", TestName = "A miss may rest on one bit")]
    [TestCase("10.0.0.0/32 10.0.0.2/32", "10.0.0.1/32", TestName = "A miss between members rests on both")]
    [TestCase("fd00::/8", "0.0.0.0/0", TestName = "A set without members of the version rests on nothing")]
    [TestCase("", "0.0.0.0/0", TestName = "An empty set rests on nothing")]
    public void TheAnswerRestsOnAPrefix(string members, string expected)
    {
        var world = Of(Drop(FromSet)).Members(Set, members.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        world.Run(Keys.Tcp4());
        var prefix = IpPrefix.Parse(expected);
        world.Scratch.Key.Mask.GetAny(FlowField.NwSrc).ShouldBe(prefix.Mask);
        world.Scratch.Tags.Span.ToArray().ShouldContain(FlowTag.Prefix(FlowTagKind.SetAddress, Set.Value, prefix));
    }

    [Test]
    public void ASetThatDoesNotExistLeavesATagForWhenItWill()
    {
        var world = Of(Drop(FromSet));
        world.Passes(Keys.Tcp6()).ShouldBeTrue();
        var tag = world.Scratch.Tags.Span.ToArray().Single(tag => tag.Kind == FlowTagKind.SetAddress);
        tag.IsHitBy(FlowTag.Prefix(FlowTagKind.SetAddress, Set.Value, IpPrefix.Parse("fd00::/64"))).ShouldBeTrue();
    }
}
