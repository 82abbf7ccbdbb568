namespace Fabric.Addresses;

/// <summary>The version of an IP address.</summary>
public enum IpFamily : byte
{
    /// <summary>IPv4 (RFC 791), 32 bits.</summary>
    V4,

    /// <summary>IPv6 (RFC 8200), 128 bits.</summary>
    V6,
}
