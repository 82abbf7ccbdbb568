using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class TransportChecksumTest
{
    private static byte[][] All => [Frames.Udp4, Frames.Udp6, Frames.Tcp4, Frames.Tcp6, Frames.Echo4, Frames.Echo6];

    [Test]
    public void A_right_checksum_holds_and_a_damaged_one_does_not()
    {
        foreach (var frame in All)
        {
            Holds(frame).ShouldBeTrue(PacketText.Describe(frame));
            frame[^1] ^= 1;
            Holds(frame).ShouldBeFalse(PacketText.Describe(frame));
        }
    }

    [Test]
    public void Padding_is_not_covered() => Holds([.. Frames.Udp4, 1, 2, 3]).ShouldBeTrue();

    [Test]
    public void An_unfinished_checksum_is_not_judged()
    {
        var frame = Frames.Tcp4;
        frame[50] ^= 1;
        Holds(frame, isPartial: true).ShouldBeTrue();
    }

    [Test]
    public void A_fragment_is_not_judged()
    {
        var frame = Frames.Udp4;
        frame[^1] ^= 1;
        frame[20] = 0x20;
        Holds(frame).ShouldBeTrue();
    }

    [TestCase(0, false, Description = "arrived: the destination is the final one")]
    [TestCase(1, true, Description = "on its way: the final destination is elsewhere")]
    public void A_checksum_over_another_destination_is_not_judged(byte segmentsLeft, bool expected)
    {
        var frame = Routed(segmentsLeft);
        Holds(frame).ShouldBeTrue();
        frame[^1] ^= 1;
        Holds(frame).ShouldBe(expected);
    }

    [TestCase(0, 74)]
    [TestCase(1, 0)]
    public void A_segment_on_its_way_to_another_destination_is_not_reset(byte segmentsLeft, int expected)
    {
        var frame = Routed(segmentsLeft);
        PacketLayout.TryParse(frame, out var layout);
        var room = Wire.Dirty(PacketBuilder.MaxLength);
        PacketBuilder.TcpReset(room, frame, layout, Frames.MacB, Frames.MacA).ShouldBe(expected);
    }

    [Test]
    public void An_absent_udp_checksum_holds()
    {
        var frame = Frames.Udp4;
        frame[40] = frame[41] = 0;
        Holds(frame).ShouldBeTrue();
    }

    [Test]
    public void A_finished_checksum_is_left_alone()
    {
        foreach (var frame in All)
        {
            PacketLayout.TryParse(frame, out var layout);
            var before = frame.ToArray();
            TransportChecksum.Finish(frame, ref layout);
            frame.ShouldBe(before);
        }
    }

    private static byte[] Routed(byte segmentsLeft)
    {
        byte[] frame = [.. Frames.Tcp6[..54], IpProtocol.Tcp, 0, 0, segmentsLeft, 0, 0, 0, 0, .. Frames.Tcp6[54..]];
        (frame[19], frame[20]) = (40, IpProtocol.Routing);
        return frame;
    }

    private static bool Holds(byte[] frame, bool isPartial = false)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        layout.HasPartialChecksum = isPartial;
        return TransportChecksum.Holds(frame, layout);
    }
}
