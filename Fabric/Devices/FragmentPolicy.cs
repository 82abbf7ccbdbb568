namespace Fabric.Devices;

/// <summary>Which packets a rule is for, by fragmentation (RFC 791, section 3.2; RFC 8200, section 4.5).</summary>
/// <remarks>A packet that is not IP is not fragmented.</remarks>
public enum FragmentPolicy : byte
{
    /// <summary>All packets.</summary>
    Any,

    /// <summary>Packets that hold the transport header: unfragmented ones and first fragments.</summary>
    Header,

    /// <summary>Packets without transport header: later fragments.</summary>
    NonHeader,

    /// <summary>Packets that are not fragmented.</summary>
    Unfragmented,
}
