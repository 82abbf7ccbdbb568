using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class IcmpErrorRulesTest
{
    [Test]
    public void An_ordinary_packet_may_be_answered()
    {
        foreach (var frame in new[] { Frames.Udp4, Frames.Udp6, Frames.Tcp4, Frames.Tcp6, Frames.Echo4, Frames.Echo6 })
            MayAnswer(frame).ShouldBeTrue(PacketText.Describe(frame));
    }

    [Test]
    public void Only_ip_is_answered() => MayAnswer(Frames.ArpRequest).ShouldBeFalse();

    [TestCase("10.0.0.255", true, false, Description = "the router says that it is a broadcast")]
    [TestCase("10.0.0.255", false, true)]
    [TestCase("255.255.255.255", false, false)]
    [TestCase("224.0.0.1", false, false)]
    [TestCase("239.255.255.255", false, false)]
    [TestCase("ff02::1", false, false)]
    public void A_packet_to_many_is_not_answered(string destination, bool isBroadcast, bool expected)
    {
        var address = IpAddress.Parse(destination);
        var addresses = address.Family == IpFamily.V4 ? Frames.V4 : Frames.V6;
        MayAnswer(Datagram(addresses with { Destination = address }), isBroadcast).ShouldBe(expected);
    }

    [TestCase("0.0.0.0")]
    [TestCase("0.1.2.3")]
    [TestCase("127.0.0.1")]
    [TestCase("224.0.0.1")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("ff02::1")]
    public void A_packet_from_no_single_host_is_not_answered(string source)
    {
        var address = IpAddress.Parse(source);
        var addresses = address.Family == IpFamily.V4 ? Frames.V4 : Frames.V6;
        MayAnswer(Datagram(addresses with { Source = address })).ShouldBeFalse();
    }

    [Test]
    public void A_frame_to_many_stations_is_not_answered()
    {
        MayAnswer(Datagram(Frames.V4 with { DestinationMac = MacAddress.Broadcast })).ShouldBeFalse();
        MayAnswer(Datagram(Frames.V6 with { DestinationMac = MacAddress.Parse("33:33:00:00:00:01") })).ShouldBeFalse();
    }

    [Test]
    public void Too_big_may_be_told_about_a_packet_to_an_ipv6_group_only()
    {
        MayAnswer(Datagram(Frames.V6 with { Destination = IpAddress.Parse("ff02::1") }), isAboutGroup: true).ShouldBeTrue();
        MayAnswer(Datagram(Frames.V4 with { Destination = IpAddress.Parse("224.0.0.1") }), isAboutGroup: true).ShouldBeFalse();
    }

    [TestCase(IcmpType.DestinationUnreachable, false)]
    [TestCase(IcmpType.SourceQuench, false)]
    [TestCase(IcmpType.Redirect, false)]
    [TestCase(IcmpType.TimeExceeded, false)]
    [TestCase(IcmpType.ParameterProblem, false)]
    [TestCase(IcmpType.EchoReply, true)]
    [TestCase((byte)13, true, Description = "timestamp")]
    public void An_icmp_error_is_not_answered(byte type, bool expected)
    {
        var frame = Frames.Echo4;
        frame[34] = type;
        MayAnswer(frame).ShouldBe(expected);
    }

    [TestCase(Icmpv6Type.DestinationUnreachable, false)]
    [TestCase(Icmpv6Type.PacketTooBig, false)]
    [TestCase((byte)127, false)]
    [TestCase(Icmpv6Type.Redirect, false)]
    [TestCase(Icmpv6Type.EchoReply, true)]
    public void An_icmpv6_error_is_not_answered(byte type, bool expected)
    {
        var frame = Frames.Echo6;
        frame[54] = type;
        MayAnswer(frame).ShouldBe(expected);
    }

    [Test]
    public void A_message_too_short_to_tell_is_not_answered()
    {
        MayAnswer(Frames.Echo4[..40]).ShouldBeFalse();
        MayAnswer(Frames.Echo6[..60]).ShouldBeFalse();
    }

    [Test]
    public void Of_fragments_only_the_first_is_answered()
    {
        var frame = Frames.Udp4;
        frame[20] = 0x20;
        MayAnswer(frame).ShouldBeTrue();
        frame[21] = 0x01;
        MayAnswer(frame).ShouldBeFalse();
    }

    private static byte[] Datagram(PacketAddresses addresses)
    {
        var frame = Wire.Dirty(100);
        return frame[..PacketBuilder.Udp(frame, addresses, 1, 2, "x"u8)];
    }

    private static bool MayAnswer(byte[] frame, bool isBroadcast = false, bool isAboutGroup = false)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        return IcmpErrorRules.MayAnswer(frame, layout, isBroadcast, isAboutGroup);
    }
}
