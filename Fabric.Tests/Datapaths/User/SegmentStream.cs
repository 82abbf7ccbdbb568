using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Datapaths.User;

/// <summary>Random frames as they leave a tunnel: long TCP frames cut one by one, other frames between, and some that something happened to.</summary>
internal static class SegmentStream
{
    private const int MaxSegmentBytes = 1400;

    private static readonly string[] s_transports =
    [
        "tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2",
        "tcp6,ipv6_src=fd00::1,ipv6_dst=fd00::2",
        "udp,nw_src=10.0.0.1,nw_dst=10.0.0.2",
        "udp6,ipv6_src=fd00::1,ipv6_dst=fd00::2",
    ];

    /// <summary>A TCP frame that stands for several, with the flags of the last of them, and what it is to be cut into.</summary>
    public static (byte[] Frame, int SegmentBytes) Long(Random random, byte flags)
    {
        var head = Head(random, s_transports[random.Next(2)]);
        PacketLayout.TryParse(head, out var layout).ShouldBeTrue();
        // Options are no-operations, which end at a multiple of four.
        var optionBytes = 4 * random.Next(4);
        var payload = Noise(random, random.Next(1, 12_000));
        byte[] frame = [.. head[..(layout.TransportOffset + 20)], .. Enumerable.Repeat((byte)1, optionBytes), .. payload];
        frame[layout.TransportOffset + 12] = (byte)((20 + optionBytes) / 4 << 4);
        frame[layout.TransportOffset + 13] = flags;
        random.NextBytes(frame.AsSpan(layout.TransportOffset + 4, 8));
        if (random.Next(2) == 0)
            frame.AsSpan(layout.TransportOffset + 4, 3).Fill(0xff);
        if (layout.Network == NetworkKind.Ipv4)
            frame.AsSpan(layout.NetworkOffset + 4, 2).Fill(0xff);
        var segmentBytes = random.Next(1 + payload.Length / 100, MaxSegmentBytes);
        // Cut whole: the same frame with its lengths and checksums finished.
        return (Cut(frame, frame.Length)[0], segmentBytes);
    }

    /// <summary>What a device would make of a long frame.</summary>
    public static byte[][] Cut(byte[] frame, int segmentBytes)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        return
        [
            .. Enumerable
                .Range(0, TcpSegments.Count(frame, layout, segmentBytes))
                .Select(index =>
                {
                    var segment = new byte[frame.Length];
                    return segment[..TcpSegments.Write(frame, layout, segmentBytes, index, segment)];
                }),
        ];
    }

    /// <summary>Frames of some connections, in order, whole and broken.</summary>
    public static List<byte[]> Frames(Random random)
    {
        var frames = new List<byte[]>();
        while (frames.Count < 40)
        {
            if (random.Next(4) == 0)
            {
                frames.Add([.. Head(random, s_transports[random.Next(4)]), .. Noise(random, random.Next(100))]);
                continue;
            }
            // ACK alone, or with FIN, SYN, RST, PSH, URG, ECE or CWR.
            var (frame, segmentBytes) = Long(random, (byte)(0x10 | (random.Next(2) == 0 ? 0 : 1 << random.Next(8))));
            frames.AddRange(Cut(frame, segmentBytes));
        }
        for (var count = random.Next(6); count > 0; count--)
            Harm(random, frames);
        return frames;
    }

    private static void Harm(Random random, List<byte[]> frames)
    {
        var at = random.Next(frames.Count);
        switch (random.Next(5))
        {
            case 0:
                frames.RemoveAt(at);
                break;
            case 1:
                frames.Insert(at, [.. frames[at]]);
                break;
            case 2:
                frames[at] = [.. frames[at], .. Noise(random, 1 + random.Next(4))];
                break;
            case 3:
                (frames[at], frames[^1]) = (frames[^1], frames[at]);
                break;
            default:
                frames[at] = [.. frames[at]];
                // In the headers, where it matters most; half of them with checksums that hold nevertheless.
                frames[at][12 + random.Next(Math.Min(60, frames[at].Length - 12))] ^= (byte)(1 << random.Next(8));
                if (random.Next(2) == 0)
                    Seal(frames[at]);
                break;
        }
    }

    private static void Seal(byte[] frame)
    {
        if (!PacketLayout.TryParse(frame, out var layout) || layout.Transport != TransportKind.Tcp || layout.TransportLength < 20)
            return;
        if (layout.Network == NetworkKind.Ipv4)
        {
            frame.AsSpan(layout.NetworkOffset + 10, 2).Clear();
            var header = Checksum.Of(frame.AsSpan(layout.NetworkOffset..layout.TransportOffset));
            (frame[layout.NetworkOffset + 10], frame[layout.NetworkOffset + 11]) = ((byte)(header >> 8), (byte)header);
        }
        var packet = frame.AsSpan(layout.NetworkOffset);
        var segment = frame.AsSpan(layout.TransportOffset, layout.TransportLength);
        segment.Slice(16, 2).Clear();
        var addresses = layout.Network == NetworkKind.Ipv4 ? packet.Slice(12, 8) : packet.Slice(8, 32);
        var sum = Checksum.Finish((uint)Checksum.Sum(addresses) + layout.Protocol + (uint)segment.Length + Checksum.Sum(segment));
        (segment[16], segment[17]) = ((byte)(sum >> 8), (byte)sum);
    }

    private static byte[] Head(Random random, string transport)
    {
        var tag = random.Next(3) == 0 ? "dl_vlan=7,dl_vlan_pcp=3," : "";
        return PacketNotation
            .Parse($"dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,{tag}{transport},tp_src={random.Next(1, 9)},tp_dst=2")
            .ToFrame();
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
