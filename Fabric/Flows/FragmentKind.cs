namespace Fabric.Flows;

/// <summary>What part of a fragmented packet this is (RFC 791, section 3.2; RFC 8200, section 4.5); the kernel's OVS_FRAG_TYPE values.</summary>
public enum FragmentKind : byte
{
    /// <summary>Not a fragment.</summary>
    None = 0,

    /// <summary>The first fragment; it holds the transport header.</summary>
    First = 1,

    /// <summary>A later fragment; it holds no transport header.</summary>
    Later = 2,
}
