using Fabric.Devices;
using Fabric.Flows;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Row 61: fragment policies by kinds of fragments, over IPv4 and IPv6.</summary>
public class RuleFragmentTest
{
    private static readonly RuleMatch Port = new() { DestinationPort = new(PortRange.Only(80)) };
    private static readonly RuleMatch Flags = new() { TcpFlags = new(new(0, 0)) };

    [TestCase(FragmentPolicy.Any, true, true, true)]
    [TestCase(FragmentPolicy.Header, true, true, false)]
    [TestCase(FragmentPolicy.NonHeader, false, false, true)]
    [TestCase(FragmentPolicy.Unfragmented, true, false, false)]
    [TestCase(null, true, true, true)]
    public void APolicyIsForSomeFragments(FragmentPolicy? policy, bool unfragmented, bool first, bool later)
    {
        var match = new RuleMatch { Fragments = policy };
        ShouldMatch(match, unfragmented, first, later);
        // The policy is not negated with the rest: an inverted rule without other conditions matches nothing.
        ShouldMatch(match with { IsInverted = true }, false, false, false);
        ShouldMatch(match with { IsInverted = true, InPortGroup = new(new PortGroupId(77)) }, unfragmented, first, later);
    }

    [TestCase(FragmentPolicy.Header, true, true)]
    [TestCase(FragmentPolicy.Unfragmented, true, false)]
    [TestCase(null, true, true)]
    public void ARuleOnPortsIsNeverForLaterFragments(FragmentPolicy? policy, bool unfragmented, bool first)
    {
        ShouldMatch(Port with { Fragments = policy }, unfragmented, first, later: false);
        ShouldMatch(Flags with { Fragments = policy }, unfragmented, first, later: false);
    }

    [Test]
    public void APortThatIsNotMetIsNoReasonToTakeLaterFragments()
    {
        var others = new RuleMatch { DestinationPort = new(PortRange.Only(22), IsNegated: true) };
        ShouldMatch(others, true, true, later: false);
        ShouldMatch(new RuleMatch { DestinationPort = new(PortRange.Only(22)), IsInverted = true }, true, true, later: false);
        // Unless the rule says that it is for all: a port that a packet lacks is not the one asked for.
        ShouldMatch(others with { Fragments = FragmentPolicy.Any }, true, true, later: true);
    }

    [TestCase(FragmentPolicy.Any, true)]
    [TestCase(FragmentPolicy.Header, true)]
    [TestCase(FragmentPolicy.NonHeader, false)]
    [TestCase(FragmentPolicy.Unfragmented, true)]
    public void APacketThatIsNotIpIsNotFragmented(FragmentPolicy policy, bool expected) =>
        IsMatched(new RuleMatch { Fragments = policy }, Keys.Arp()).ShouldBe(expected);

    private static void ShouldMatch(RuleMatch match, bool unfragmented, bool first, bool later)
    {
        foreach (var packet in new[] { Keys.Tcp4(), Keys.Tcp6() })
        {
            IsMatched(match, packet).ShouldBe(unfragmented, $"unfragmented: {match}");
            IsMatched(match, packet.As(FragmentKind.First)).ShouldBe(first, $"first: {match}");
            IsMatched(match, packet.As(FragmentKind.Later)).ShouldBe(later, $"later: {match}");
        }
    }

    private static bool IsMatched(RuleMatch match, in FlowKey packet) => !ChainWorld.Of(Drop(match)).Passes(packet);
}
