using System.Diagnostics;

namespace Fabric.Packets;

// IEEE 802.1Q, section 9.6; IEEE 802.1ad (now in 802.1Q). A tag stands before the frame's type:
//
//    0   2  tag protocol identifier: 0x8100 customer tag, 0x88a8 service tag
//    2   3b priority code point
//        1b drop eligible
//       12b VLAN identifier: 0 priority only, 4095 reserved
//    4   2  type of what follows: another tag, an EtherType, or a length

/// <summary>Constants of VLAN tags, and tagging in place.</summary>
public static class Vlan
{
    /// <summary>Bytes of a tag.</summary>
    public const int TagLength = 4;

    /// <summary>The highest identifier a VLAN may have; 4095 is reserved (IEEE 802.1Q, table 9-2).</summary>
    public const ushort MaxId = 4094;

    /// <summary>The bits of the identifier in the tag control information.</summary>
    public const ushort IdMask = 0x0fff;

    /// <summary>The bits of the priority in the tag control information.</summary>
    public const ushort PriorityMask = 0xe000;

    /// <summary>How far the priority lies from the lowest bit.</summary>
    public const int PriorityShift = 13;

    internal const int TciAt = 2;
    internal const int TypeAt = 4;

    private const int AddressesLength = 12;

    /// <summary>Puts a tag before the frame's type.</summary>
    /// <param name="frame">Four free bytes, then the frame; afterwards the tagged frame.</param>
    /// <param name="tag">The tag.</param>
    public static void Push(Span<byte> frame, VlanHeader tag)
    {
        frame.Slice(TagLength, AddressesLength).CopyTo(frame);
        tag.Write(frame[AddressesLength..]);
    }

    /// <summary>Puts a tag before the frame's type whatever its fields hold: one that was taken from a frame may be illegal.</summary>
    /// <param name="frame">Four free bytes, then the frame; afterwards the tagged frame.</param>
    /// <param name="tpid">The tag protocol identifier.</param>
    /// <param name="tci">Priority, drop eligible, identifier.</param>
    public static void PushRaw(Span<byte> frame, ushort tpid, ushort tci)
    {
        frame.Slice(TagLength, AddressesLength).CopyTo(frame);
        NetworkOrder.Put(frame, AddressesLength, tpid);
        NetworkOrder.Put(frame, AddressesLength + TciAt, tci);
    }

    /// <summary>Takes the outermost tag away.</summary>
    /// <param name="frame">The tagged frame; afterwards the frame starts four bytes later.</param>
    public static void Pop(Span<byte> frame) => frame[..AddressesLength].CopyTo(frame[TagLength..]);

    /// <summary>Overwrites the tag control information of the outermost tag.</summary>
    /// <param name="frame">A tagged frame.</param>
    /// <param name="tci">Priority, drop eligible, identifier.</param>
    public static void SetTci(Span<byte> frame, ushort tci) => NetworkOrder.Put(frame, AddressesLength + TciAt, tci);
}

/// <summary>A view of a VLAN tag and what follows it.</summary>
public readonly ref struct VlanView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private VlanView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The tag protocol identifier.</summary>
    public ushort Tpid => NetworkOrder.U16(_bytes, 0);

    /// <summary>The tag control information: priority, drop eligible, identifier.</summary>
    public ushort Tci => NetworkOrder.U16(_bytes, Vlan.TciAt);

    /// <summary>The priority code point, 0..7.</summary>
    public byte Priority => (byte)(Tci >> 13);

    public bool IsDropEligible => (Tci & 0x1000) != 0;

    /// <summary>The VLAN identifier, 0..4095.</summary>
    public ushort Id => (ushort)(Tci & Vlan.IdMask);

    /// <summary>The type, or length, of what the tag encloses.</summary>
    public ushort TypeOrLength => NetworkOrder.U16(_bytes, Vlan.TypeAt);

    /// <summary>All that follows the enclosed type.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[(Vlan.TypeAt + 2)..];

    /// <param name="bytes">From the tag protocol identifier on.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than a tag and a type.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out VlanView view)
    {
        var fits = bytes.Length >= Vlan.TypeAt + 2;
        view = fits ? new(bytes) : default;
        return fits;
    }
}

/// <summary>A VLAN tag.</summary>
/// <param name="Tpid"><see cref="EtherType.Vlan"/> or <see cref="EtherType.ServiceVlan"/>.</param>
/// <param name="Priority">0..7.</param>
/// <param name="IsDropEligible">To be dropped first when there is too much.</param>
/// <param name="Id">0..4094; 0 gives a priority only.</param>
public readonly record struct VlanHeader(ushort Tpid, byte Priority, bool IsDropEligible, ushort Id)
{
    /// <summary>Bytes that <see cref="Write"/> fills; the enclosed type is not among them.</summary>
    public const int Length = Vlan.TagLength;

    /// <summary>A customer tag of priority 0.</summary>
    public VlanHeader(ushort id)
        : this(EtherType.Vlan, 0, false, id) { }

    /// <summary>Priority, drop eligible and identifier in one word.</summary>
    public ushort Tci => (ushort)(Priority << 13 | (IsDropEligible ? 0x1000 : 0) | Id);

    /// <returns>False with <see cref="HeaderFault.Kind"/> if it is no tag, <see cref="HeaderFault.Value"/> for the reserved identifier.</returns>
    public static bool TryParse(VlanView view, out VlanHeader header, out HeaderFault fault)
    {
        header = new(view.Tpid, view.Priority, view.IsDropEligible, view.Id);
        fault = HeaderFault.None;
        if (!EtherType.IsVlan(view.Tpid))
            fault = HeaderFault.Kind;
        else if (view.Id > Vlan.MaxId)
            fault = HeaderFault.Value;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the tag; the enclosed type stays as it is.</summary>
    public void Write(Span<byte> bytes)
    {
        Debug.Assert(EtherType.IsVlan(Tpid) && Priority <= 7 && Id <= Vlan.MaxId, "not a legal tag");
        NetworkOrder.Put(bytes, 0, Tpid);
        NetworkOrder.Put(bytes, Vlan.TciAt, Tci);
    }
}
