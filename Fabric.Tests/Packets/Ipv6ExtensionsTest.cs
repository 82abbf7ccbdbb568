using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class Ipv6ExtensionsTest
{
    private const byte Hop = IpProtocol.HopByHop;
    private const byte Route = IpProtocol.Routing;
    private const byte Part = IpProtocol.Fragment;

    [TestCase(IpProtocol.Udp, "", IpProtocol.Udp, 0, FragmentPart.Whole, true, false, Description = "none")]
    [TestCase(IpProtocol.None, "00", IpProtocol.None, 0, FragmentPart.Whole, true, false, Description = "nothing follows")]
    [TestCase(IpProtocol.Esp, "00", IpProtocol.Esp, 0, FragmentPart.Whole, true, false, Description = "encrypted")]
    [TestCase(Hop, "3c00 000000000000 0601 000000000000 0000000000000000", IpProtocol.Tcp, 24, FragmentPart.Whole, true, false)]
    [TestCase(Route, "1100 0000 00000000", IpProtocol.Udp, 8, FragmentPart.Whole, true, false, Description = "arrived")]
    [TestCase(Route, "1100 0001 00000000", IpProtocol.Udp, 8, FragmentPart.Whole, true, true, Description = "on its way")]
    [TestCase(IpProtocol.Ah, "0604 0000 00000000 00000000 000000000000000000000000", IpProtocol.Tcp, 24, FragmentPart.Whole, true, false)]
    [TestCase(Part, "1100 0001 00000000", IpProtocol.Udp, 8, FragmentPart.First, true, false, Description = "first of more")]
    [TestCase(Part, "1100 0000 00000000", IpProtocol.Udp, 8, FragmentPart.First, true, false, Description = "atomic")]
    [TestCase(Part, "1100 0009 00000000", Part, 8, FragmentPart.Later, true, false, Description = "later")]
    [TestCase(Part, "3c00 0008 00000000", Part, 8, FragmentPart.Later, true, false, Description = "later, options next")]
    [TestCase(Hop, "11", IpProtocol.None, 0, FragmentPart.Whole, false, false, Description = "one byte of two")]
    [TestCase(Route, "110000", IpProtocol.None, 0, FragmentPart.Whole, false, false, Description = "three bytes of four")]
    [TestCase(Part, "110000", IpProtocol.None, 0, FragmentPart.Whole, false, false, Description = "three bytes of four")]
    [TestCase(Hop, "2bff 000000000000", IpProtocol.None, 2048, FragmentPart.Whole, false, false, Description = "past the end")]
    [TestCase(Part, "3c00 0001 00000000 11", IpProtocol.None, 8, FragmentPart.First, false, false, Description = "first, cut short")]
    public void Headers_are_passed(
        byte next,
        string hex,
        byte protocol,
        int length,
        FragmentPart fragment,
        bool isWhole,
        bool hasSegmentsLeft
    )
    {
        var walk = Ipv6Extensions.Walk(next, Wire.Hex(hex));
        (walk.Protocol, walk.Length, walk.Fragment).ShouldBe((protocol, length, fragment));
        (walk.IsWhole, walk.HasSegmentsLeft).ShouldBe((isWhole, hasSegmentsLeft));
    }

    [TestCase(Ipv6Extensions.MaxHeaders, IpProtocol.Udp, true)]
    [TestCase(Ipv6Extensions.MaxHeaders + 1, IpProtocol.None, false)]
    public void Their_number_is_bounded(int count, byte protocol, bool isWhole)
    {
        var bytes = new byte[count * 8];
        for (var i = 0; i < count; i++)
            bytes[i * 8] = i == count - 1 ? IpProtocol.Udp : IpProtocol.DestinationOptions;
        var walk = Ipv6Extensions.Walk(IpProtocol.DestinationOptions, bytes);
        (walk.Protocol, walk.IsWhole).ShouldBe((protocol, isWhole));
    }
}
