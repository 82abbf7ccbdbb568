namespace Fabric.Connections;

/// <summary>What the first fragment of a packet tells of all of it, and those behind it do not.</summary>
/// <param name="Protocol">IP protocol.</param>
/// <param name="Source">Source port; of ICMP the type.</param>
/// <param name="Destination">Destination port; of ICMP the code.</param>
/// <param name="Identifier">Of an ICMP echo.</param>
public readonly record struct FragmentHead(byte Protocol, ushort Source, ushort Destination, ushort Identifier);
