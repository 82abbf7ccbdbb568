using System.Buffers.Binary;
using Fabric.Agent.Datapaths.User;
using Fabric.Packets;
using Fabric.Tests.Datapaths.User;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Live;

/// <summary>Frames and their headers cross packet sockets as they are.</summary>
public class FrameLiveTest : PacketSocketLiveFixture
{
    [Test]
    public void Frames_cross_whole_both_ways()
    {
        Send(Guest, Frames.Udp4, Frames.Tcp6);
        Receive(Port, 2).ShouldBe([Frames.Udp4, Frames.Tcp6]);
        Send(Port, Frames.ArpRequest);
        Receive(Guest).ShouldBe([Frames.ArpRequest]);
        Guest.Counters.ShouldBe(
            new PacketSocketCounters
            {
                SentFrames = 2,
                SentBytes = Frames.Udp4.Length + Frames.Tcp6.Length,
                ReceivedFrames = 1,
                ReceivedBytes = Frames.ArpRequest.Length,
            }
        );
    }

    [Test]
    public void A_received_frame_is_sent_on_from_where_it_lies()
    {
        using var rightPort = OpenPort(TwoGuests.RightPort);
        using var rightGuest = Guests.Right.Run(() => PacketSocket.Open(TwoGuests.GuestPort));
        Send(Guest, Frames.Udp6);
        Receive(Port);
        Batch.TryPushVlan(0, EtherType.Vlan, 7).ShouldBeTrue();
        rightPort.Queue(Batch, 0);
        rightPort.Queue(Batch, 0);
        rightPort.Flush().ShouldBe(2);
        var tagged = Tagged(Frames.Udp6, 7);
        Receive(rightGuest, 2).ShouldBe([tagged, tagged]);
    }

    [Test]
    public void What_this_host_sends_at_the_interface_is_not_received()
    {
        using var another = OpenPort();
        Send(another, Frames.Udp4);
        Send(Port, Frames.Udp6);
        Receive(Guest, 2).ShouldBe([Frames.Udp4, Frames.Udp6]);
        Port.Receive(Batch).ShouldBe(0);
        another.Receive(Batch).ShouldBe(0);
    }

    [TestCase((ushort)0x8100, (ushort)0xb064)]
    [TestCase((ushort)0x88a8, (ushort)0x0001)]
    [TestCase((ushort)0x8100, (ushort)0x0000)]
    [TestCase((ushort)0x8100, (ushort)0x0fff)]
    public void A_VLAN_tag_that_the_kernel_strips_is_put_back(ushort tpid, ushort tci)
    {
        var frame = Tagged(Frames.Udp4, tci, tpid);
        Send(Guest, frame);
        Receive(Port).ShouldBe([frame]);
    }

    [Test]
    public void Two_VLAN_tags_are_both_there()
    {
        var frame = Tagged(Tagged(Frames.Udp4, 7), 100, EtherType.ServiceVlan);
        Send(Guest, frame);
        Receive(Port).ShouldBe([frame]);
    }

    [Test]
    public void An_unfinished_checksum_is_where_the_tagged_frame_has_it()
    {
        var (frame, header) = Unfinished.Of(Frames.Udp4);
        header.ShiftBy(Vlan.TagLength);
        Batch.TryAdd(Tagged(frame, 7), header);
        Guest.Send(Batch).ShouldBe(1);

        Receive(Port).ShouldBe([Tagged(frame, 7)]);
        var received = Batch.Header(0);
        received.NeedsChecksum.ShouldBeTrue();
        received.ChecksumStart.ShouldBe((ushort)(14 + 4 + 20));
        ChecksumCompletion.Finish(Batch.Frame(0), ref received).ShouldBe(ChecksumCompletionResult.Finished);
        Batch.Frame(0).ToArray().ShouldBe(Tagged(Frames.Udp4, 7));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_frame_that_stands_for_several_crosses_whole_twice(bool isTagged)
    {
        using var rightPort = OpenPort(TwoGuests.RightPort);
        using var rightGuest = Guests.Right.Run(() => PacketSocket.Open(TwoGuests.GuestPort));
        var (frame, header) = Segmented();
        if (isTagged)
        {
            frame = Tagged(frame, 7);
            header.ShiftBy(Vlan.TagLength);
        }
        Batch.TryAdd(frame, header);
        Guest.Send(Batch).ShouldBe(1);
        Receive(Port).ShouldBe([frame]);
        rightPort.Send(Batch).ShouldBe(1);
        Receive(rightGuest).ShouldBe([frame]);
        // The hint may grow up to what the kernel holds in one piece.
        var received = Batch.Header(0);
        received.HeaderBytes.ShouldBeGreaterThanOrEqualTo(header.HeaderBytes);
        (received with { HeaderBytes = header.HeaderBytes }).ShouldBe(header);
    }

    // 60 000 bytes of TCP for 10.0.0.2, to be cut into segments of 1000. Its own lengths and sum are the kernel's to check.
    private static (byte[] Frame, VirtioNetHeader Header) Segmented()
    {
        byte[] whole = [.. Frames.Tcp4, .. new byte[60_000]];
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(16), (ushort)(whole.Length - 14));
        whole.AsSpan(24, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(24), Checksum.Of(whole.AsSpan(14, 20)));
        var (frame, header) = Unfinished.Of(whole);
        const int headers = 14 + 20 + 32;
        return (frame, header with { Segmentation = SegmentationKind.TcpOverIpv4, HeaderBytes = headers, SegmentBytes = 1000 });
    }
}
