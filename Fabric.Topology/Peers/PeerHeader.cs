using Fabric.Devices;

namespace Fabric.Topology.Peers;

/// <summary>What a datagram between agents has in clear; true only once its code has been checked.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Sender">Whose it is.</param>
/// <param name="First">The sender's session id; of a message the receiver's.</param>
/// <param name="Second">The echo, 0 for none; of a message its counter.</param>
internal readonly record struct PeerHeader(PeerDatagramKind Kind, HostId Sender, ulong First, ulong Second);
