namespace Fabric.Packets;

/// <summary>Which part of a packet a frame carries (RFC 791, section 3.2; RFC 8200, section 4.5).</summary>
/// <remarks>The numbers are those of the kernel's ovs_frag_type.</remarks>
public enum FragmentPart : byte
{
    /// <summary>All of it.</summary>
    Whole = 0,

    /// <summary>Its start, with the transport header; or all of it behind a fragment header.</summary>
    First = 1,

    /// <summary>A later part, without transport header.</summary>
    Later = 2,
}
