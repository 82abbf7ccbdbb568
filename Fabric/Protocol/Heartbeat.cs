namespace Fabric.Protocol;

/// <summary>What an agent tells all others every second.</summary>
/// <param name="Name">What its host is called.</param>
/// <param name="Incarnation">A random number that it chose when it started.</param>
/// <param name="Place">The place of the journal that its replica is at.</param>
/// <param name="InForce">The position that its packets are decided by.</param>
/// <param name="Roles">The duties that it takes a share of, a bit each.</param>
/// <param name="Level">What it reads: its <see cref="CodecLevel"/>.</param>
/// <param name="IsLeaving">It ends now, by its own will.</param>
public sealed record Heartbeat(string Name, ulong Incarnation, FeedPlace Place, long InForce, byte Roles, int Level, bool IsLeaving);
