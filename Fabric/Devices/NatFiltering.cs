namespace Fabric.Devices;

/// <summary>Which packets from outside may come in by a translation that a packet from inside has begun (RFC 4787, section 5).</summary>
public enum NatFiltering : byte
{
    /// <summary>Those from the address and port that were spoken to.</summary>
    AddressAndPort,

    /// <summary>All: whoever knows the outside address and port reaches the station.</summary>
    None,

    /// <summary>Those from an address that was spoken to, by whatever port.</summary>
    Address,
}
