using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>What a lookup of a connection found.</summary>
/// <param name="Handle">The connection.</param>
/// <param name="Direction">Which of its directions was asked for.</param>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="IsAnswered">Both sides have spoken.</param>
public readonly record struct ConnectionFound(ConnectionHandle Handle, FlowDirection Direction, ConnectionPhase Phase, bool IsAnswered);
