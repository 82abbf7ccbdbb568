using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Live;

/// <summary>What an endpoint makes of datagrams that came in one call, over the loopback of a namespace.</summary>
public class VxlanEndpointLiveTest : LiveTest
{
    private const uint Key = 0x4242;

    private readonly IpAddress _self = IpAddress.Parse("127.0.0.1");
    private TestNamespace _namespace = null!;
    private VxlanEndpoint _endpoint = null!;
    private TunnelSocket _sender = null!;
    private FrameBatch _batch = null!;
    private VxlanArrival[] _arrivals = null!;

    [SetUp]
    public void Open()
    {
        _namespace = new TestNamespace();
        _endpoint = _namespace.Run(() => VxlanEndpoint.Open(Vxlan.Port, [_self]));
        _sender = new TunnelSocket(_namespace.Run(() => DatagramSocket.Open(_self, 40_000)), Vxlan.Port, new VxlanCounters());
        _batch = new FrameBatch();
        _arrivals = new VxlanArrival[FrameBatch.Capacity];
    }

    [TearDown]
    public void Close()
    {
        _batch.Dispose();
        _sender.Dispose();
        _endpoint.Dispose();
        _namespace.Dispose();
    }

    [Test]
    public void What_a_batch_has_no_room_for_comes_with_the_next()
    {
        Send(Key, Udp(0, 100));
        for (var i = 1; i <= FrameBatch.Capacity; i++)
            Send(Key, Udp(i, 200));
        _sender.Flush();
        Eventually(() => !_endpoint.Receive(_batch, _arrivals) || _batch.Count == FrameBatch.Capacity, "a full batch");
        Numbers().ShouldBe(Enumerable.Range(0, FrameBatch.Capacity));
        _batch.Clear();
        _endpoint.Receive(_batch, _arrivals).ShouldBeTrue("no more wait");
        Numbers().ShouldBe([FrameBatch.Capacity]);
        _arrivals[0].ShouldBe(new VxlanArrival(_self, Key));
        _endpoint.Counters.Received.ShouldBe(FrameBatch.Capacity + 1);
        _endpoint.Counters.ReceivedTogether.ShouldBe(FrameBatch.Capacity);
        _endpoint.Counters.Joined.ShouldBe(0);
    }

    [Test]
    public void One_that_is_no_VXLAN_spoils_none_beside_it([Values(0, 1, 5)] int bad)
    {
        for (var i = 0; i < 6; i++)
        {
            var datagram = Send(Key, Udp(i, 200));
            if (i == bad)
                datagram[0] = 0;
        }
        _sender.Flush();
        Take(5);
        Numbers().ShouldBe(Enumerable.Range(0, 6).Except([bad]));
        (_endpoint.Counters.Received, _endpoint.Counters.Malformed).ShouldBe((5, 1));
    }

    [Test]
    public void Segments_under_different_keys_stay_apart()
    {
        var segments = Segments();
        foreach (var segment in segments)
            Send(Key, segment);
        foreach (var segment in segments)
            Send(Key + 1, segment);
        _sender.Flush();
        Take(2);
        _arrivals[..2].Select(arrival => arrival.Key).ShouldBe([Key, Key + 1]);
        _batch.Header(0).Segmentation.ShouldBe(SegmentationKind.TcpOverIpv4);
        _batch.Frame(0).SequenceEqual(_batch.Frame(1)).ShouldBeTrue();
        (_endpoint.Counters.Received, _endpoint.Counters.Joined).ShouldBe((2 * segments.Length, 2 * (segments.Length - 1)));
    }

    private static byte[][] Segments()
    {
        var head = PacketNotation
            .Parse("dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2")
            .ToFrame()[..54];
        (head[46], head[47]) = (0x50, 0x10);
        byte[] frame = [.. head, .. new byte[3 * 1000]];
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        return
        [
            .. Enumerable
                .Range(0, 3)
                .Select(index =>
                {
                    var segment = new byte[head.Length + 1000];
                    TcpSegments.Write(frame, layout, 1000, index, segment).ShouldBe(segment.Length);
                    return segment;
                }),
        ];
    }

    private static byte[] Udp(int number, int length)
    {
        var head = PacketNotation
            .Parse("dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2")
            .ToFrame();
        return [.. head, .. new byte[length - head.Length - 1], (byte)number];
    }

    private Span<byte> Send(uint key, byte[] frame)
    {
        var datagram = _sender.Add(_self, 0, VxlanHeader.Length + frame.Length);
        new VxlanHeader(key).Write(datagram);
        frame.CopyTo(datagram[VxlanHeader.Length..]);
        return datagram;
    }

    private void Take(int frames) =>
        Eventually(
            () =>
            {
                _endpoint.Receive(_batch, _arrivals);
                return _batch.Count >= frames;
            },
            $"{frames} frames"
        );

    private List<int> Numbers()
    {
        var numbers = new List<int>();
        for (var i = 0; i < _batch.Count; i++)
            numbers.Add(_batch.Frame(i)[^1]);
        return numbers;
    }
}
