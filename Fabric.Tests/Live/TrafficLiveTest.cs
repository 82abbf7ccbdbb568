using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Live;

public class TrafficLiveTest : LiveTest
{
    private const int MtuBytes = 1500;
    private const int EthernetBytes = 14;

    private TwoGuests _guests = null!;

    [SetUp]
    public void Connect() => _guests = new TwoGuests(doGuestsTalk: true);

    [TearDown]
    public void Disconnect() => _guests.Dispose();

    [TestCase(false, TestName = "Ten_megabytes_of_TCP_over_IPv4_cross_in_frames_longer_than_the_MTU")]
    [TestCase(true, TestName = "Ten_megabytes_of_TCP_over_IPv6_cross_in_frames_longer_than_the_MTU")]
    public void Bulk(bool isV6)
    {
        using var loop = Forward(out var left, out var right);
        var (sent, received) = Transfer(isV6, 10 << 20);
        received.ShouldBe(sent);
        loop.LongestFrameBytes.ShouldBeGreaterThan(10 * MtuBytes);
        left.Counters.ShouldSatisfyAllConditions(
            counters => counters.ReceiveTooLong.ShouldBe(0),
            counters => counters.ReceiveRefused.ShouldBe(0)
        );
        // They are counted when the kernel has taken them, and may be received before.
        Eventually(() => right.Counters.SentBytes > 10 << 20, "the count of the last frames");
        right.Counters.SendRefused.ShouldBe(0);
    }

    [Test]
    public void With_offloads_off_checksums_are_whole_and_no_frame_is_longer_than_the_MTU()
    {
        foreach (var guest in new[] { _guests.Left, _guests.Right })
        {
            NetworkNamespace.Run(guest.Name, () => ChecksumOffload.AllOff(TwoGuests.GuestPort));
            guest.Run(() => ChecksumOffload.IsOn(TwoGuests.GuestPort, Offload.TransmitChecksum)).ShouldBeFalse();
            guest.Run(() => ChecksumOffload.IsOn(TwoGuests.GuestPort, Offload.TcpSegmentation)).ShouldBeFalse();
        }
        using var loop = Forward(out _, out _);
        var (sent, received) = Transfer(isV6: false, 1 << 20);
        received.ShouldBe(sent);
        loop.LongestFrameBytes.ShouldBeInRange(MtuBytes / 2, MtuBytes + EthernetBytes);
    }

    [Test]
    public void An_offload_is_switched_and_read_back()
    {
        using var space = new TestNamespace();
        space.Routes.CreateVeth("one", "two");
        foreach (var isOn in new[] { false, true, false })
        {
            NetworkNamespace.Run(space.Name, () => ChecksumOffload.Set("one", Offload.GenericReceive, isOn));
            space.Run(() => ChecksumOffload.IsOn("one", Offload.GenericReceive)).ShouldBe(isOn);
        }
    }

    [Test]
    public void What_a_guest_sends_unfinished_is_right_after_completion()
    {
        using var port = _guests.Middle.Run(() => PacketSocket.Open(TwoGuests.LeftPort));
        using var batch = new FrameBatch();
        _guests.Left.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.EnableBroadcast = true;
            return socket.SendTo("hello"u8, new IPEndPoint(IPAddress.Parse("10.0.0.255"), 53));
        });
        var at = -1;
        Eventually(() => port.Receive(batch) > 0 && (at = FindHello(batch)) >= 0, "the datagram");
        batch.Header(at).NeedsChecksum.ShouldBeTrue();
        ChecksumCompletion.Finish(batch.Frame(at), ref batch.Header(at)).ShouldBe(ChecksumCompletionResult.Finished);
        var whole = batch.Frame(at).ToArray();
        // Made unfinished again by other code and finished once more, the same bytes must come out.
        var (frame, header) = Datapaths.User.Unfinished.Of(whole);
        ChecksumCompletion.Finish(frame, ref header);
        frame.ShouldBe(whole);
    }

    private static int FindHello(FrameBatch batch) =>
        Enumerable.Range(0, batch.Count).FirstOrDefault(i => batch.Frame(i).EndsWith("hello"u8), -1);

    private ForwardingLoop Forward(out PacketSocket left, out PacketSocket right)
    {
        left = _guests.Middle.Run(() => PacketSocket.Open(TwoGuests.LeftPort));
        right = _guests.Middle.Run(() => PacketSocket.Open(TwoGuests.RightPort));
        return new ForwardingLoop(left, right);
    }

    // Sends seeded noise from left to right; returns the hash of what went in and of what came out.
    private (string Sent, string Received) Transfer(bool isV6, int lengthBytes)
    {
        var family = isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var server = IPAddress.Parse((isV6 ? Frames.V6 : Frames.V4).Destination.ToString());
        using var listener = _guests.Right.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(server, 0));
        listener.Listen();
        using var client = _guests.Left.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        Prepare(client);
        client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Patience).GetAwaiter().GetResult();
        using var accepted = listener.Accept();
        Prepare(accepted);

        var data = new byte[lengthBytes];
        new Random(20_931).NextBytes(data);
        var received = Task.Run(() => Hash(accepted));
        client.Send(data);
        client.Shutdown(SocketShutdown.Send);
        return (Convert.ToHexString(SHA256.HashData(data)), received.WaitAsync(Patience).GetAwaiter().GetResult());
    }

    private static void Prepare(Socket socket)
    {
        socket.SendTimeout = (int)Patience.TotalMilliseconds;
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
    }

    private static string Hash(Socket socket)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 18];
        for (int length; (length = socket.Receive(buffer)) > 0; )
        {
            hash.AppendData(buffer, 0, length);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
