using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Live;

/// <summary>Datagrams that the kernel cuts and puts together, over the loopback of a namespace.</summary>
[TestFixture("127.0.0.1")]
[TestFixture("::1")]
public class TunnelSocketLiveTest(string loopback) : LiveTest
{
    private const ushort Port = 4789;

    private static readonly int[] s_lengths = [.. Enumerable.Repeat(1400, 100), 700, 1400, 1400, 30, 30, 30, 9000, 1, 60_000, 1400];

    private readonly IpAddress _self = IpAddress.Parse(loopback);
    private VxlanCounters _counters = null!;
    private TestNamespace _namespace = null!;
    private DatagramSocket _receiver = null!;
    private TunnelSocket _sender = null!;

    [SetUp]
    public void Open()
    {
        _namespace = new TestNamespace();
        _counters = new VxlanCounters();
        _receiver = _namespace.Run(() => DatagramSocket.Open(_self, Port));
        _sender = new TunnelSocket(_namespace.Run(() => DatagramSocket.Open(_self, 50_000)), Port, _counters);
    }

    [TearDown]
    public void Close()
    {
        _sender.Dispose();
        _receiver.Dispose();
        _namespace.Dispose();
    }

    [Test]
    public void All_arrive_as_they_were_in_order_however_they_travel([Values] bool together)
    {
        if (together)
            _receiver.ReceiveTogether();
        var sent = Send(s_lengths);
        var received = Receive(sent.Count, out var calls);
        for (var i = 0; i < sent.Count; i++)
            received[i].AsSpan().SequenceEqual(sent[i]).ShouldBeTrue($"datagram {i} of {sent[i].Length} bytes");
        _counters.Sent.ShouldBe(sent.Count);
        (_counters.TooLong + _counters.Unsent).ShouldBe(0);
        _counters.SentTogether.ShouldBeGreaterThan(100);
        if (together)
            calls.ShouldBeLessThan(20);
        else
            calls.ShouldBe(sent.Count);
    }

    [Test]
    public void Where_the_kernel_cannot_cut_each_leaves_by_itself()
    {
        _receiver.ReceiveTogether();
        _sender.CanSegment = false;
        var sent = Send(s_lengths);
        var received = Receive(sent.Count, out var calls);
        for (var i = 0; i < sent.Count; i++)
            received[i].AsSpan().SequenceEqual(sent[i]).ShouldBeTrue($"datagram {i} of {sent[i].Length} bytes");
        (_counters.Sent, _counters.SentTogether, calls).ShouldBe((sent.Count, 0, sent.Count));
    }

    [Test]
    public void Those_that_the_way_does_not_take_are_counted_one_by_one_and_the_others_arrive()
    {
        var lo = _namespace.Routes.ReadLink("lo");
        _namespace.Routes.SetMtu(lo, 1300);
        var sent = Send([.. Enumerable.Repeat(1400, 5), 1000, 900, .. Enumerable.Repeat(1200, 5)]);
        var received = Receive(7, out _);
        received.Select(datagram => datagram.Length).ShouldBe([1000, 900, .. Enumerable.Repeat(1200, 5)]);
        received[^1].ShouldBe(sent[^1]);
        (_counters.Sent, _counters.TooLong, _counters.Unsent).ShouldBe((7, 5, 0));
    }

    private List<byte[]> Send(IReadOnlyList<int> lengths)
    {
        var random = new Random(4789);
        var sent = new List<byte[]>();
        foreach (var length in lengths)
        {
            sent.Add(new byte[length]);
            random.NextBytes(sent[^1]);
            sent[^1].CopyTo(_sender.Add(_self, 0, length));
        }
        _sender.Flush();
        return sent;
    }

    private List<byte[]> Receive(int count, out int calls)
    {
        var received = new List<byte[]>();
        var buffer = new byte[ushort.MaxValue];
        var made = 0;
        Eventually(
            () =>
            {
                int length;
                while ((length = _receiver.Receive(buffer, out _, out var datagramBytes, out var errno)) >= 0)
                {
                    made++;
                    received.AddRange(buffer[..length].Chunk(datagramBytes));
                }
                return received.Count >= count;
            },
            $"{count} datagrams"
        );
        _receiver.Receive(buffer, out _, out _, out var end).ShouldBe(-1);
        end.ShouldBe(Errno.TryAgain);
        calls = made;
        return received;
    }
}
