using Fabric.Addresses;
using Fabric.Agent.Lab;
using Fabric.Packets;

namespace Fabric.Tests.Lab;

public class EchoMessagesTest
{
    private static readonly byte[] Request4 = EchoMessages.Request(IpFamily.V4, 0x1234, 7, "some data"u8);
    private static readonly byte[] Request6 = EchoMessages.Request(IpFamily.V6, 0x1234, 7, "some data"u8);

    [Test]
    public void ARequestOfIpv4HasItsChecksum() => Checksum.Of(Request4).ShouldBe((ushort)0);

    [Test]
    public void AReplyIsKnownByItsNumbersAndData([Values] IpFamily family)
    {
        Judge(family, Reply(family)).ShouldBe(EchoAnswerKind.Reply);
        for (var at = 4; at < Request4.Length; at++)
        {
            var other = Reply(family);
            other[at] ^= 1;
            Judge(family, other).ShouldBe(EchoAnswerKind.None, $"byte {at} differs");
        }
    }

    [TestCase(IpFamily.V4, IcmpType.TimeExceeded, EchoAnswerKind.TimeExceeded)]
    [TestCase(IpFamily.V4, IcmpType.DestinationUnreachable, EchoAnswerKind.Unreachable)]
    [TestCase(IpFamily.V4, IcmpType.Redirect, EchoAnswerKind.None)]
    [TestCase(IpFamily.V6, Icmpv6Type.TimeExceeded, EchoAnswerKind.TimeExceeded)]
    [TestCase(IpFamily.V6, Icmpv6Type.DestinationUnreachable, EchoAnswerKind.Unreachable)]
    [TestCase(IpFamily.V6, Icmpv6Type.PacketTooBig, EchoAnswerKind.None)]
    public void AnErrorIsKnownByTheRequestThatItQuotes(IpFamily family, byte type, EchoAnswerKind expected)
    {
        var request = RequestOf(family);
        byte[] error = [type, 0, 0, 0, 0, 0, 0, 0, .. HeaderOf(family, request.Length), .. request];
        Judge(family, error).ShouldBe(expected);

        error[^(request.Length - 5)] ^= 1;
        Judge(family, error).ShouldBe(EchoAnswerKind.None);
    }

    [Test]
    public void BytesOfAnySortAreJudgedWithoutAThrow([Values] IpFamily family)
    {
        var random = new Random(4711);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            EchoMessages.Judge(family, bytes, RequestOf(family), out _).ShouldNotBe(EchoAnswerKind.Reply, "seed 4711");
        }
    }

    private static byte[] RequestOf(IpFamily family) => family == IpFamily.V4 ? Request4 : Request6;

    private static byte[] Reply(IpFamily family)
    {
        var reply = RequestOf(family).ToArray();
        reply[0] = family == IpFamily.V4 ? IcmpType.EchoReply : Icmpv6Type.EchoReply;
        return reply;
    }

    private static EchoAnswerKind Judge(IpFamily family, byte[] message)
    {
        byte[] received = family == IpFamily.V4 ? [.. HeaderOf(family, message.Length), .. message] : message;
        return EchoMessages.Judge(family, received, RequestOf(family), out _);
    }

    private static byte[] HeaderOf(IpFamily family, int payloadLength)
    {
        if (family == IpFamily.V6)
            return new byte[Ipv6.HeaderLength];
        var header = new Ipv4Header(new Ipv4Address(1), new Ipv4Address(2), IpProtocol.Icmp, payloadLength);
        var bytes = new byte[header.Length];
        header.Write(bytes);
        return bytes;
    }
}
