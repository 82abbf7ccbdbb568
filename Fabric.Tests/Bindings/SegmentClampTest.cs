using Fabric.Bindings;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Bindings;

public class SegmentClampTest
{
    private const int LongestFrame = 1464;

    [Test]
    public void What_an_opening_segment_announces_fits_the_tunnel_with_its_headers([Values] bool isV6, [Values] bool isAnswer)
    {
        var flags = isAnswer ? TcpFlags.Syn | TcpFlags.Ack : TcpFlags.Syn;
        var frame = Opening(isV6, flags, "020405b4");
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        SegmentClamp.Lower(frame, layout, LongestFrame).ShouldBeTrue();
        // Ethernet, IP and TCP headers and that much data are as long as the longest frame.
        Announced(frame, layout).ShouldBe(isV6 ? LongestFrame - 14 - 40 - 20 : LongestFrame - 14 - 20 - 20);
    }

    [Test]
    public void A_tag_takes_its_four_bytes()
    {
        var untagged = Opening(isV6: false, TcpFlags.Syn, "020405b4");
        var frame = new byte[untagged.Length + Vlan.TagLength];
        untagged.CopyTo(frame, Vlan.TagLength);
        frame.AsSpan(Vlan.TagLength, 12).CopyTo(frame);
        Vlan.PushRaw(frame, EtherType.Vlan, 7);
        untagged.AsSpan(0, 12).CopyTo(frame);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        SegmentClamp.Lower(frame, layout, LongestFrame).ShouldBeTrue();
        Announced(frame, layout).ShouldBe(LongestFrame - 18 - 20 - 20);
    }

    /// <summary>Whatever the options and the limit: never raised, the checksum right, and no other byte touched.</summary>
    [Test]
    public void Nothing_but_the_size_and_the_checksum_changes([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var size = (ushort)random.Next(ushort.MaxValue + 1);
        // At any place of the options, even or odd.
        var options = $"{string.Concat(Enumerable.Repeat("01", random.Next(5)))}0204{size:x4}";
        options += string.Concat(Enumerable.Repeat("01", (8 - options.Length % 8) % 8 / 2));
        var frame = Opening(random.Next(2) == 0, TcpFlags.Syn, options);
        var before = frame.ToArray();
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        var longest = random.Next(100, 9000);
        var max = longest - layout.TransportOffset - Tcp.MinHeaderLength;

        SegmentClamp.Lower(frame, layout, longest).ShouldBe(size > max, $"seed {seed}");

        Announced(frame, layout).ShouldBe(Math.Min(size, max), $"seed {seed}");
        TransportChecksum.Holds(frame, layout).ShouldBeTrue($"seed {seed}");
        Tcp.TryFindMaxSegmentSize(frame.AsSpan(layout.TransportOffset), out var at).ShouldBeTrue();
        int[] touched = [at, at + 1, 16, 17];
        for (var i = 0; i < frame.Length; i++)
        {
            if (!touched.Contains(i - layout.TransportOffset))
                frame[i].ShouldBe(before[i], $"seed {seed}, byte {i}");
        }
    }

    [Test]
    public void A_segment_that_announces_nothing_is_left_alone()
    {
        var frame = Opening(isV6: false, TcpFlags.Syn, "");
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        SegmentClamp.Lower(frame, layout, LongestFrame).ShouldBeFalse();
    }

    /// <summary>The law of mask soundness: whatever else a packet is, it gets the same answer if it is equal in what was looked at.</summary>
    [Test]
    public void What_was_observed_decides()
    {
        FlowKey[] keys = [.. Samples().Select(KeyOf)];
        foreach (ref readonly var key in keys.AsSpan())
        {
            var observed = new ObservedKey();
            observed.Reset(key);
            var isOpening = SegmentClamp.IsOpening(observed);
            var mask = observed.Mask;
            foreach (ref readonly var other in keys.AsSpan())
            {
                if (other.Masked(mask) != key.Masked(mask))
                    continue;
                var again = new ObservedKey();
                again.Reset(other);
                SegmentClamp.IsOpening(again).ShouldBe(isOpening, $"{other} as {key}");
            }
        }
        keys.Count(IsOpening).ShouldBe(4, "SYN and its answer, by both versions of IP");
    }

    [Test]
    public void Packets_that_are_not_TCP_are_told_by_their_protocol_alone()
    {
        var observed = new ObservedKey();
        observed.Reset(KeyOf(Frames.Udp4));
        SegmentClamp.IsOpening(observed).ShouldBeFalse();
        observed.Mask.IsWildcard(FlowField.TcpFlags).ShouldBeTrue();
        observed.Mask.IsWildcard(FlowField.TpDst).ShouldBeTrue();
    }

    private static bool IsOpening(FlowKey key)
    {
        var observed = new ObservedKey();
        observed.Reset(key);
        return SegmentClamp.IsOpening(observed);
    }

    private static IEnumerable<byte[]> Samples()
    {
        foreach (var isV6 in (bool[])[false, true])
        {
            foreach (var flags in (TcpFlags[])[TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Fin, TcpFlags.Rst])
                yield return Opening(isV6, flags, "");
        }
        foreach (var frame in (byte[][])[Frames.Udp4, Frames.Udp6, Frames.Echo4, Frames.Echo6, Frames.ArpRequest, Frames.Fragment4])
            yield return frame;
    }

    private static byte[] Opening(bool isV6, TcpFlags flags, string options)
    {
        var bytes = new byte[200];
        var header = new TcpHeader(1000, 80, 1, 0, flags) { Options = new HeaderOptions(Wire.Hex(options)) };
        return bytes[..PacketBuilder.Tcp(bytes, isV6 ? Frames.V6 : Frames.V4, header, [])];
    }

    private static int Announced(byte[] frame, in PacketLayout layout)
    {
        Tcp.TryFindMaxSegmentSize(frame.AsSpan(layout.TransportOffset), out var at).ShouldBeTrue();
        return frame[layout.TransportOffset + at] << 8 | frame[layout.TransportOffset + at + 1];
    }

    private static FlowKey KeyOf(byte[] frame)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        return key;
    }
}
