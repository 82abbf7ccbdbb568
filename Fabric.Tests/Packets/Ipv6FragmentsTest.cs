using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class Ipv6FragmentsTest
{
    [TestCase(1280, 1)]
    [TestCase(1281, 2)]
    [TestCase(2504, 2)]
    [TestCase(2505, 3)]
    [TestCase(9000, 8)]
    public void APacketIsCutIntoWhatEveryLinkTakes(int length, int count)
    {
        var data = Enumerable.Range(0, length - 48).Select(i => (byte)(i * 7)).ToArray();
        var frame = new byte[length + 14];
        PacketBuilder.Udp(frame, Frames.V6, 1, 2, data).ShouldBe(frame.Length);
        var packet = frame[14..];
        Ipv6Fragments.CountOf(packet).ShouldBe(count);
        if (count > 1)
            Together(packet, count, 77).ShouldBe(packet[40..]);
    }

    [Test]
    public void AFragmentIsCutOnceMore()
    {
        var first = new byte[1480 + 48];
        new Ipv6Header(Frames.V6.Source.AsV6, Frames.V6.Destination.AsV6, IpProtocol.Fragment, 1488).Write(first);
        Ipv6Fragments.WriteHeader(first.AsSpan(40), IpProtocol.Udp, 2960, hasMore: true, 0x1234);
        new Random(8200).NextBytes(first.AsSpan(48));
        Ipv6Fragments.CountOf(first).ShouldBe(2);
        Span<byte> target = new byte[Ipv6.MinMtu];
        for (var number = 0; number < 2; number++)
        {
            var length = Ipv6Fragments.Write(first, number, identification: 9, target);
            var header = target.Slice(40, 8);
            BinaryPrimitives
                .ReadUInt16BigEndian(header[2..])
                .ShouldBe((ushort)(2960 + number * 1232 | 1), "others follow the last one too");
            BinaryPrimitives.ReadUInt32BigEndian(header[4..]).ShouldBe(0x1234u);
            target[48..length].SequenceEqual(first.AsSpan(48 + number * 1232)[..(length - 48)]).ShouldBeTrue();
        }
    }

    private static byte[] Together(byte[] packet, int count, uint identification)
    {
        var whole = new byte[packet.Length - 40];
        var end = 0;
        for (var number = 0; number < count; number++)
        {
            var target = Wire.Dirty(Ipv6.MinMtu);
            var fragment = target[..Ipv6Fragments.Write(packet, number, identification, target)];
            Ipv6View.TryParse(fragment, out var view).ShouldBeTrue();
            Ipv6Header.TryParse(view, out var header, out _).ShouldBeTrue();
            (header.Source, header.Destination, header.NextHeader).ShouldBe(
                (Frames.V6.Source.AsV6, Frames.V6.Destination.AsV6, IpProtocol.Fragment)
            );
            (fragment[40], fragment[41]).ShouldBe((IpProtocol.Udp, (byte)0));
            BinaryPrimitives.ReadUInt32BigEndian(fragment.AsSpan(44)).ShouldBe(identification);
            var word = BinaryPrimitives.ReadUInt16BigEndian(fragment.AsSpan(42));
            (word & ~7).ShouldBe(end);
            ((word & 1) != 0).ShouldBe(number < count - 1);
            fragment.AsSpan(48).CopyTo(whole.AsSpan(end));
            end += fragment.Length - 48;
        }
        end.ShouldBe(whole.Length);
        return whole;
    }
}
