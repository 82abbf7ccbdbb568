using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>A connection, for people.</summary>
/// <param name="Forward">The direction of the side that began, as it enters the network.</param>
/// <param name="Return">The direction of the answers, as they enter it.</param>
/// <param name="Ingress">The port that the first packet came in by.</param>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="LastSeen">When the last packet was seen, by the clock of whoever keeps the table.</param>
public sealed record Connection(ConnectionKey Forward, ConnectionKey Return, PortId Ingress, ConnectionPhase Phase, TimeSpan LastSeen);
