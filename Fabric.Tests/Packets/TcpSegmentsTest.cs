using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class TcpSegmentsTest
{
    private const int SegmentBytes = 1000;

    private static readonly string[] Headers =
    [
        "dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2",
        "dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,tcp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,tp_src=1,tp_dst=2",
    ];

    [Test]
    public void The_frames_carry_what_the_long_one_does_in_order_with_right_checksums([ValueSource(nameof(Headers))] string header)
    {
        var (frame, payload) = Long(header, payloadBytes: 2500);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TcpSegments.Count(frame, layout, SegmentBytes).ShouldBe(3);
        var joined = new List<byte>();
        var first = Tcp(frame).Sequence;
        for (var i = 0; i < 3; i++)
        {
            var segment = new byte[2000];
            segment.AsSpan().Fill(0xa5);
            segment = segment[..TcpSegments.Write(frame, layout, SegmentBytes, i, segment)];
            PacketLayout.TryParse(segment, out var cut).ShouldBeTrue();
            cut.NetworkEnd.ShouldBe(segment.Length, "IP says the frame's length");
            TransportChecksum.Holds(segment, cut).ShouldBeTrue();
            if (cut.Network == NetworkKind.Ipv4)
                Checksum.Of(segment.AsSpan(cut.NetworkOffset, cut.TransportOffset - cut.NetworkOffset)).ShouldBe((ushort)0);
            Tcp(segment).Sequence.ShouldBe(first + (uint)joined.Count);
            Tcp(segment).Flags.HasFlag(TcpFlags.Fin).ShouldBe(i == 2);
            Tcp(segment).Flags.HasFlag(TcpFlags.Cwr).ShouldBe(i == 0);
            Tcp(segment).Flags.HasFlag(TcpFlags.Ack).ShouldBeTrue();
            joined.AddRange(segment[(frame.Length - payload.Length)..]);
        }
        joined.ShouldBe(payload);
    }

    [Test]
    public void What_is_not_TCP_is_not_cut()
    {
        var frame = PacketNotation.Parse(Headers[0].Replace("tcp", "udp")).ToFrame();
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TcpSegments.Count(frame, layout, SegmentBytes).ShouldBe(0);
    }

    [Test]
    public void A_flow_keeps_its_source_port_and_flows_differ()
    {
        var ports = new HashSet<ushort>();
        for (var i = 0; i < 200; i++)
        {
            var (frame, _) = Long(Headers[0].Replace("tp_src=1", $"tp_src={i + 1000}"), payloadBytes: i);
            PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
            var port = Vxlan.SourcePortOf(frame, layout);
            port.ShouldBeGreaterThanOrEqualTo(Vxlan.FirstSourcePort);
            ports.Add(port);
            frame[^1] ^= 1;
            Vxlan.SourcePortOf(frame, layout).ShouldBe(port, "what is carried does not count");
        }
        ports.Count.ShouldBeGreaterThan(190);
    }

    private static (byte[] Frame, byte[] Payload) Long(string header, int payloadBytes)
    {
        var head = PacketNotation.Parse(header).ToFrame();
        PacketLayout.TryParse(head, out var layout).ShouldBeTrue();
        head = head[..(layout.TransportOffset + 20)];
        head[layout.TransportOffset + 12] = 0x50;
        // CWR, PSH, ACK, FIN.
        head[layout.TransportOffset + 13] = 0x99;
        var payload = new byte[Math.Max(1, payloadBytes)];
        new Random(7).NextBytes(payload);
        return ([.. head, .. payload], payload);
    }

    private static TcpView Tcp(byte[] frame)
    {
        PacketLayout.TryParse(frame, out var layout);
        TcpView.TryParse(frame.AsSpan(layout.TransportOffset), out var view).ShouldBeTrue();
        return view;
    }
}
