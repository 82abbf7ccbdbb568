using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Packets;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Conditions on the packet that an ICMP or ICMPv6 error carries.</summary>
public class RuleInnerPacketTest
{
    [TestCase("10.0.0.1/32", "10.0.0.2/32")]
    [TestCase("fd00::1/128", "fd00::2/128")]
    public void ThePacketInErrorIsMatched(string source, string destination)
    {
        var (from, to) = (IpPrefix.Parse(source), IpPrefix.Parse(destination));
        var error = Error(from.Family);
        Matches(new() { IcmpInnerSource = new(from) }, error).ShouldBeTrue();
        Matches(new() { IcmpInnerDestination = new(to) }, error).ShouldBeTrue();
        Matches(new() { IcmpInnerSource = new(to) }, error).ShouldBeFalse();
        Matches(new() { IcmpInnerDestination = new(from) }, error).ShouldBeFalse();
        Matches(new() { IcmpInnerSource = new(to, IsNegated: true) }, error).ShouldBeTrue();
        Matches(new() { IcmpInnerSource = new(from), IsInverted = true }, error).ShouldBeFalse();
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void ThePrefixIsOfThePacketsVersion(IpFamily family)
    {
        var other = family == IpFamily.V4 ? IpFamily.V6 : IpFamily.V4;
        Matches(new() { IcmpInnerSource = new(IpPrefix.All(family)) }, Error(family)).ShouldBeTrue();
        Matches(new() { IcmpInnerSource = new(IpPrefix.All(other)) }, Error(family)).ShouldBeFalse();
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void AVerdictByAnErrorIsNotCachedAndAnyOtherIs(IpFamily family)
    {
        var world = Dropping(new() { IcmpInnerSource = new(IpPrefix.All(family)) });
        Run(world, Error(family)).ShouldBeFalse();
        Run(world, family == IpFamily.V4 ? Frames.Echo4 : Frames.Echo6).ShouldBeTrue();
        Run(world, family == IpFamily.V4 ? Frames.Udp4 : Frames.Udp6).ShouldBeTrue();
    }

    [Test]
    public void ARuleThatFailsBeforeDoesNotLookIntoTheError()
    {
        var world = Dropping(new() { InPorts = new([new PortId(77)]), IcmpInnerSource = new(IpPrefix.All(IpFamily.V4)) });
        Run(world, Error(IpFamily.V4)).ShouldBeTrue();
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void AnErrorThatIsCutShortIsNotMatched(IpFamily family)
    {
        var error = Error(family);
        var world = Dropping(new() { IcmpInnerSource = new(IpPrefix.All(family)) });
        FlowKeyReader.Read(error, 1, out var key);
        for (var length = 0; length < error.Length; length++)
            _ = world.Passes(key, error.AsSpan(0, length));
        world.Passes(key, error.AsSpan(0, error.Length - 40)).ShouldBeTrue();
    }

    [Test]
    public void TheErrorIsFoundBehindAVlanTag() =>
        Matches(new() { IcmpInnerSource = new(IpPrefix.Parse("10.0.0.1/32")) }, Make.Tagged(Error(IpFamily.V4), 5)).ShouldBeTrue();

    private static ChainWorld Dropping(RuleMatch match) => ChainWorld.Of(Drop(match));

    private static bool Matches(RuleMatch match, byte[] frame)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        return !Dropping(match).Passes(key, frame);
    }

    /// <summary>The verdict about a frame is cacheable.</summary>
    private static bool Run(ChainWorld world, byte[] frame)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        return world.Run(key, frame).IsCacheable;
    }

    /// <summary>From a router: that a datagram of the usual stations did not find its port.</summary>
    private static byte[] Error(IpFamily family)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var (mac, other) = (Frames.MacB, Frames.MacA);
        if (family == IpFamily.V4)
        {
            var v4 = new PacketAddresses(mac, other, IpAddress.Parse("192.0.2.1"), IpAddress.Parse("10.0.0.1"));
            var unreachable = new IcmpHeader(IcmpType.DestinationUnreachable, IcmpUnreachableCode.Port, 0);
            return frame[..PacketBuilder.Icmp(frame, v4, unreachable, Frames.Udp4.AsSpan(Ethernet.HeaderLength))];
        }
        var v6 = new PacketAddresses(mac, other, IpAddress.Parse("2001:db8::1"), IpAddress.Parse("fd00::1"));
        var unreachable6 = new Icmpv6Header(Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.Port, 0);
        return frame[..PacketBuilder.Icmpv6(frame, v6, unreachable6, Frames.Udp6.AsSpan(Ethernet.HeaderLength))];
    }
}
