using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>A node that takes part in the hive.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Name">What people call it.</param>
/// <param name="State">How it stands to the hive.</param>
/// <param name="Roles">The duties it takes a share of.</param>
/// <param name="Position">The position that its replica had reached when it was last heard.</param>
public sealed record Member(HostId Host, string Name, MemberState State, MemberRoles Roles, long Position = 0)
{
    /// <summary>The position that its packets were decided by when it was last heard: every one before it is in force there.</summary>
    public long InForce { get; init; }

    /// <summary>What it reads (<see cref="Protocol.CodecLevel"/>); 0 if that is not known.</summary>
    public int Level { get; init; }

    /// <summary>How long before the view was made its own message came; null if none has.</summary>
    public TimeSpan? HeardAgo { get; init; }

    /// <summary>How old its lease was by the database's clock when it was last read, and that again ago; null if it has none that is known.</summary>
    public TimeSpan? LeaseAge { get; init; }

    /// <summary>It has followed to a position, or decides its packets by it.</summary>
    public bool HasReached(long position, bool isInForce) => (isInForce ? Math.Min(Position, InForce) : Position) >= position;

    /// <summary>The same but for positions and ages.</summary>
    internal bool IsLike(Member other) =>
        (Host, Name, State, Roles, Level) == (other.Host, other.Name, other.State, other.Roles, other.Level);
}
