using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Live;

/// <summary>What packet sockets do about limits, refusals and interfaces that come and go.</summary>
public class PacketSocketLiveTest : PacketSocketLiveFixture
{
    [Test]
    public void A_frame_longer_than_the_MTU_is_refused_and_the_others_pass()
    {
        Send(Guest, Frames.Udp4, new byte[2000], [1, 2, 3], Frames.Udp6);
        Guest.Counters.SendRefused.ShouldBe(2);
        Receive(Port, 2).ShouldBe([Frames.Udp4, Frames.Udp6]);
    }

    [Test]
    public void More_frames_than_aBatch_holds_are_queued_and_all_arrive()
    {
        Batch.TryAdd(Frames.Udp4);
        for (var i = 0; i < 100; i++)
        {
            Guest.Queue(Batch, 0);
        }
        Guest.Flush();
        Receive(Port, 100).Count.ShouldBe(100);
        Port.TakeKernelDrops().ShouldBe(0u);
    }

    [Test]
    public void Frames_that_nobody_fetches_are_dropped_and_counted_by_the_kernel()
    {
        Port.Dispose();
        Port = OpenPort(options: new PacketSocketOptions { ReceiveBufferBytes = 1 });
        Batch.TryAdd(Frames.Udp4);
        for (var i = 0; i < 100; i++)
        {
            Guest.Queue(Batch, 0);
        }
        Guest.Flush();
        var (received, dropped) = (0L, 0L);
        Eventually(
            () =>
            {
                received += Port.Receive(Batch);
                dropped += Port.TakeKernelDrops();
                return received + dropped == 100;
            },
            "an account of every frame"
        );
        received.ShouldBeLessThan(100);
    }

    [TestCase(8 << 20, false, TestName = "A_full_queue_of_the_device_drops_and_counts")]
    [TestCase(1, false, TestName = "A_full_share_of_send_memory_drops_and_counts")]
    [TestCase(8 << 20, true, TestName = "A_full_queue_is_passed_by_on_demand")]
    public void Queueing(int sendBufferBytes, bool bypassesQueueing)
    {
        string[] slow = ["qdisc", "add", "dev", TwoGuests.LeftPort, "root", "tbf", "rate", "8kbit", "burst", "2000", "limit", "2000"];
        var shaped = HostProcess.Run(Patience, Guests.Middle.Name, "tc", slow);
        if (shaped.ExitCode != 0)
        {
            Assert.Ignore($"this kernel has no tbf queue to fill: {shaped.Error}");
        }
        var options = new PacketSocketOptions { SendBufferBytes = sendBufferBytes, BypassesQueueing = bypassesQueueing };
        using var port = OpenPort(options: options);
        Batch.TryAdd(Frames.Udp4);
        for (var i = 0; i < 1000; i++)
        {
            port.Queue(Batch, 0);
        }
        port.Flush();
        var counters = port.Counters;
        (counters.SentFrames + counters.SendBusy).ShouldBe(1000);
        (counters.SendBusy > 0).ShouldBe(!bypassesQueueing);
        counters.SentBytes.ShouldBe(counters.SentFrames * Frames.Udp4.Length);
    }

    [Test]
    public void An_interface_that_goes_down_wakes_the_poll_and_comes_back()
    {
        using var poll = new PollSet();
        poll.Add(Port.Descriptor, 7);
        var link = Guests.Port(TwoGuests.LeftPort);
        Guests.Middle.Routes.SetDown(link);

        WaitOne(poll).ShouldBe(new PollEvent(7, HasFailed: true));
        Port.Receive(Batch).ShouldBe(0);
        Port.State.ShouldBe(InterfaceState.Down);
        Send(Port, Frames.Udp4);
        Port.Counters.SendInterfaceDown.ShouldBe(1);
        Port.State.ShouldBe(InterfaceState.Down);

        Guests.Middle.Routes.SetUp(link);
        Eventually(
            () => Guests.Port(TwoGuests.LeftPort).IsRunning && Guests.Left.Routes.ReadLink(TwoGuests.GuestPort).IsRunning,
            "a signal"
        );
        Send(Guest, Frames.Udp4);
        WaitOne(poll).ShouldBe(new PollEvent(7, HasFailed: false));
        Receive(Port).ShouldBe([Frames.Udp4]);
        Port.State.ShouldBe(InterfaceState.Up);
    }

    [Test]
    public void An_interface_that_is_deleted_wakes_the_poll_and_is_gone()
    {
        using var poll = new PollSet();
        poll.Add(Port.Descriptor, 7);
        poll.Add(Guest.Descriptor, 8);
        using var started = new ManualResetEventSlim();
        var seen = new List<PollEvent>();
        var waiting = new Thread(() =>
        {
            started.Set();
            seen.Add(WaitOne(poll));
        });
        waiting.Start();
        started.Wait();
        Guests.Middle.Routes.Delete(Guests.Port(TwoGuests.LeftPort));
        waiting.Join();

        seen.ShouldHaveSingleItem().HasFailed.ShouldBeTrue();
        foreach (var socket in new[] { Port, Guest })
        {
            socket.Receive(Batch).ShouldBe(0);
            socket.State.ShouldBe(InterfaceState.Gone);
            Send(socket, Frames.Udp4);
            socket.Counters.SendInterfaceDown.ShouldBe(1);
            socket.Receive(Batch).ShouldBe(0);
            socket.State.ShouldBe(InterfaceState.Gone);
        }
    }

    [Test]
    public void A_link_that_is_silenced_does_not_answer_ARP_and_another_does()
    {
        Guests.Middle.Routes.AddAddress(Guests.Middle.Routes.ReadLink("lo"), Frames.V4.Destination, 32);
        var loud = Guests.Middle.Routes.CreateVeth("loud", "peer");
        Guests.Middle.Routes.SetUp(loud);
        Guests.Middle.Routes.SetUp(Guests.Middle.Routes.ReadLink("peer"));
        Eventually(() => Guests.Port("loud").IsRunning && Guests.Port("peer").IsRunning, "a signal");
        using var peer = Guests.Middle.Run(() => PacketSocket.Open("peer"));

        Send(Guest, Frames.ArpRequest);
        Send(peer, Frames.ArpRequest);
        Eventually(() => Waiting(peer).Any(IsArpReply), "an answer of the link that was not silenced");
        Waiting(Guest).ShouldNotContain(frame => IsArpReply(frame));
    }

    [Test]
    public void An_interface_that_does_not_exist_is_one_clear_sentence()
    {
        var failure = Should.Throw<LinuxException>(() => Guests.Middle.Run(() => PacketSocket.Open("none")));
        failure.Message.ShouldBe("open packet socket on none: No such device (errno 19); see: ip link");
    }

    [Test]
    public void Receiving_and_sending_allocate_nothing()
    {
        var sent = new FrameBatch();
        for (var i = 0; i < FrameBatch.Capacity; i++)
        {
            sent.TryAdd(Tagged(Frames.Udp4, 7));
        }
        Exchange(sent);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Exchange(sent);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        Port.Counters.ReceivedFrames.ShouldBe(101 * FrameBatch.Capacity);
        sent.Dispose();
    }

    private void Exchange(FrameBatch sent)
    {
        Guest.Send(sent);
        var target = Guest.Counters.SentFrames;
        for (var end = Environment.TickCount64 + Patience.TotalMilliseconds; Port.Counters.ReceivedFrames < target; )
        {
            Port.Receive(Batch);
            if (Environment.TickCount64 > end)
            {
                return;
            }
        }
    }

    private static bool IsArpReply(byte[] frame) => frame.AsSpan(12, 2).SequenceEqual<byte>([0x08, 0x06]) && frame[21] == 2;
}
