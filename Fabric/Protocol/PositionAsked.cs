namespace Fabric.Protocol;

/// <summary>An agent wants to hear at once when a position is in force at another; that one answers by a <see cref="Heartbeat"/>.</summary>
/// <param name="Position">The position.</param>
public sealed record PositionAsked(long Position);
