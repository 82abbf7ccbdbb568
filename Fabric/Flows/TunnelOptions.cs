namespace Fabric.Flows;

/// <summary>How an encapsulated packet's outer header is made.</summary>
/// <param name="Flags">Do-not-fragment, checksum, key, IPv6.</param>
/// <param name="Tos">Outer type of service.</param>
/// <param name="Ttl">Outer time to live; 0 takes the host's default.</param>
public readonly record struct TunnelOptions(TunnelFlags Flags, byte Tos, byte Ttl);
