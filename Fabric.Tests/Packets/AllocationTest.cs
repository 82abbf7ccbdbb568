using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class AllocationTest
{
    [Test]
    public void Reading_changing_and_building_allocate_nothing()
    {
        byte[][] frames = [Frames.Udp4, Frames.Udp6, Frames.Tcp4, Frames.Tcp6, Frames.Echo4, Frames.Echo6, Frames.ArpRequest];
        var room = new byte[PacketBuilder.MaxLength];
        // Once for what is made on first use.
        Walk(frames, room);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Walk(frames, room);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Walk(byte[][] frames, byte[] room)
    {
        foreach (var frame in frames)
        {
            PacketLayout.TryParse(frame, out var layout);
            IcmpErrorRules.MayAnswer(frame, layout, isBroadcast: false);
            TransportChecksum.Holds(frame, layout);
            NeighborFields.TryRead(frame, layout, out _);
            PacketEditor.SetSource(frame, layout, Frames.V4.Destination.AsV4);
            PacketEditor.SetSource(frame, layout, Frames.V6.Destination.AsV6);
            PacketEditor.SetDestinationPort(frame, layout, 7);
            PacketEditor.SetTtl(frame, layout, 7);
            PacketEditor.ClampMaxSegmentSize(frame, layout, 500);
            PacketBuilder.IcmpError(room, frame, layout, Frames.MacB, Frames.MacA, default, new(3, 1, 0));
            PacketBuilder.Icmpv6Error(room, frame, layout, Frames.MacB, Frames.MacA, default, new(1, 0, 0));
            PacketBuilder.EchoReply(
                room,
                frame,
                layout,
                Frames.MacB,
                Frames.MacA,
                layout.Network == NetworkKind.Ipv6 ? Frames.V6.Source : Frames.V4.Source
            );
            PacketBuilder.TcpReset(room, frame, layout, Frames.MacB, Frames.MacA);
        }
        PacketBuilder.NeighborSolicitation(room, Frames.MacA, Frames.V6.Source.AsV6, Frames.V6.Destination.AsV6);
        PacketBuilder.ArpRequest(room, Frames.MacA, Frames.V4.Source.AsV4, Frames.V4.Destination.AsV4);
    }
}
