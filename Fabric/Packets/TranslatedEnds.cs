using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>What the two ends of a packet are called in the other IP version.</summary>
/// <param name="Source">Who sends it; of the other version.</param>
/// <param name="Destination">Whom it is for; of the other version.</param>
/// <param name="SourcePort">From which port of TCP or UDP; the identifier of an echo.</param>
/// <param name="DestinationPort">For which port of TCP or UDP.</param>
public readonly record struct TranslatedEnds(IpAddress Source, IpAddress Destination, ushort SourcePort, ushort DestinationPort);
