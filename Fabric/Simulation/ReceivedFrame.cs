using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>The frame as the device received it that is to answer, and room for the answer behind it.</summary>
/// <remarks>Lies in the scratch's bytes: stale after their next growth. Made only for packets that are answered, which are rare.</remarks>
internal readonly ref struct ReceivedFrame
{
    /// <summary>Free bytes before the answer, for the tags that it gets back.</summary>
    private const int Headroom = PacketLayout.MaxVlans * Vlan.TagLength;

    private readonly Span<byte> _room;
    private readonly int _roomOffset;
    private readonly FlowKey _key;

    private ReceivedFrame(Span<byte> frame, Span<byte> room, int roomOffset, PacketLayout layout, scoped in FlowKey key)
    {
        Frame = frame;
        Layout = layout;
        _room = room;
        _roomOffset = roomOffset;
        _key = key;
    }

    /// <summary>The frame.</summary>
    public ReadOnlySpan<byte> Frame { get; }

    /// <summary>Room for an error about the frame, or for an echo of it.</summary>
    public Span<byte> Answer => _room[Headroom..];

    /// <summary>The frame's layout.</summary>
    public PacketLayout Layout { get; }

    /// <summary>The station that sent it on the last link.</summary>
    public MacAddress Source => _key.EthSrc;

    /// <summary>The station that it was sent to on the last link.</summary>
    public MacAddress Destination => _key.EthDst;

    /// <summary>Copies the frame, with all rewrites up to the device that a port belongs to.</summary>
    /// <returns>False if the walk has headers only, as when a described packet is traced: then there is nothing to quote.</returns>
    public static bool TryTake(ref Walk walk, Port inPort, out ReceivedFrame received)
    {
        received = default;
        // One that the router made another of is answered as what it was.
        var isCrossed = walk.IsCrossed && inPort.IsRouterPort;
        var packet = isCrossed ? walk.Before : walk.Packet;
        if (!PacketLayout.TryParse(packet, out var layout))
            return false;
        // Bridges rewrite no addresses, so that what is current is what they received.
        var key =
            isCrossed ? walk.Scratch.BeforeReceived
            : inPort.IsRouterPort ? walk.Received.Key
            : walk.Key.Current;
        var frames = walk.Scratch.Frames;
        var start = frames.Count;
        var length = packet.Length;
        var bytes = frames.Reserve(length + Headroom + Math.Max(length, PacketBuilder.MaxLength));
        var frame = bytes[..length];
        packet.CopyTo(frame);
        Rewrite(frame, layout, isCrossed ? walk.Scratch.BeforeFrame : walk.Key.Frame, key);
        received = new ReceivedFrame(frame, bytes[length..], start + length, layout, key);
        return true;
    }

    /// <summary>Announces the answer written, if one was, to leave the device by a port; gives the rest of the room back.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="received">The frame that is answered.</param>
    /// <param name="port">The port.</param>
    /// <param name="length">Bytes written; 0 for none.</param>
    /// <returns>There was an answer.</returns>
    public static bool Answered(ref Walk walk, scoped ReceivedFrame received, Port port, int length)
    {
        walk.Scratch.Frames.Truncate(received._roomOffset + Headroom + length);
        if (length == 0)
            return false;
        // A bridge answers in the VLAN that it was asked in; a router knows only priority tags, which say nothing about answers.
        var tags = port.IsBridgePort ? received.PushTags() : 0;
        walk.Scratch.Effects.Add(Effect.Emit(port.Id, received._roomOffset + Headroom - tags, length + tags));
        return true;
    }

    /// <summary>Announces the frame itself as an answer to a check of a router.</summary>
    public static void Heard(ref Walk walk, scoped ReceivedFrame received, RouterId router)
    {
        walk.Scratch.Frames.Truncate(received._roomOffset);
        var length = received.Frame.Length;
        walk.Scratch.Effects.Add(Effect.HearCheck(router, received._roomOffset - length, length));
    }

    /// <summary>Puts the frame's tags before the answer; returns their bytes.</summary>
    private int PushTags()
    {
        var tags = 0;
        if (_key.Get(FlowField.CvlanTpid) != 0)
            Push(FlowField.CvlanTpid, FlowField.CvlanTci, tags += Vlan.TagLength);
        if (_key.Get(FlowField.VlanTpid) != 0)
            Push(FlowField.VlanTpid, FlowField.VlanTci, tags += Vlan.TagLength);
        return tags;
    }

    private void Push(FlowField tpid, FlowField tci, int tags) =>
        Vlan.PushRaw(_room[(Headroom - tags)..], (ushort)_key.Get(tpid), (ushort)_key.Get(tci));

    /// <summary>Repeats on the bytes what the devices before did to the headers.</summary>
    private static void Rewrite(Span<byte> frame, in PacketLayout layout, in FlowKey original, in FlowKey key)
    {
        Ethernet.SetSource(frame, key.EthSrc);
        Ethernet.SetDestination(frame, key.EthDst);
        if (key.IpTtl != original.IpTtl)
            PacketEditor.SetTtl(frame, layout, key.IpTtl);
        if (key.NwSrc != original.NwSrc)
            SetSource(frame, layout, key.NwSrc);
        if (key.NwDst != original.NwDst)
            SetDestination(frame, layout, key.NwDst);
        if (key.TpSrc != original.TpSrc)
            PacketEditor.SetSourcePort(frame, layout, key.TpSrc);
        if (key.TpDst != original.TpDst)
            PacketEditor.SetDestinationPort(frame, layout, key.TpDst);
    }

    private static void SetSource(Span<byte> frame, in PacketLayout layout, IpAddress address)
    {
        if (address.Family == IpFamily.V4)
            PacketEditor.SetSource(frame, layout, address.AsV4);
        else
            PacketEditor.SetSource(frame, layout, address.AsV6);
    }

    private static void SetDestination(Span<byte> frame, in PacketLayout layout, IpAddress address)
    {
        if (address.Family == IpFamily.V4)
            PacketEditor.SetDestination(frame, layout, address.AsV4);
        else
            PacketEditor.SetDestination(frame, layout, address.AsV6);
    }
}
