namespace Fabric.Topology.Membership;

/// <summary>Judges how a host's agent stands to the hive, from what the database and its own messages say.</summary>
/// <remarks>
/// <code>
///             heard    silent        never         no way
/// fresh       live     unreachable   joining       live
/// expired     unreach. unreachable   unreachable   unreachable
/// none        joining  unreachable   (nobody)      (nobody)
/// unknown     live     unreachable   as before     as before
/// </code>
/// The database being away makes nobody unreachable: then its own messages decide, and where there are none it stays what it was, which for an
/// agent that has just begun is what it presumes.
/// </remarks>
public static class MemberJudgement
{
    /// <summary>How long after its last message an agent is silent: three may be lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Judges.</summary>
    /// <param name="lease">What the database says.</param>
    /// <param name="hearing">What its messages say.</param>
    /// <param name="before">What it was judged to be a moment before; null for nothing.</param>
    /// <returns>Null for a host whose agent has never taken part.</returns>
    public static MemberState? Judge(LeaseStanding lease, PeerHearing hearing, MemberState? before) =>
        (lease, hearing) switch
        {
            (LeaseStanding.Fresh, PeerHearing.Heard or PeerHearing.NoWay) => MemberState.Live,
            (LeaseStanding.Fresh, PeerHearing.Never) => MemberState.Joining,
            (LeaseStanding.Expired, _) => MemberState.Unreachable,
            (LeaseStanding.None, PeerHearing.Heard) => MemberState.Joining,
            (LeaseStanding.None, PeerHearing.Never or PeerHearing.NoWay) => null,
            (LeaseStanding.Unknown, PeerHearing.Heard) => MemberState.Live,
            (LeaseStanding.Unknown, PeerHearing.Never or PeerHearing.NoWay) => before,
            (_, PeerHearing.Silent) => MemberState.Unreachable,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The pair tells something by itself, so that the state of before does not matter.</summary>
    public static bool IsEvidence(LeaseStanding lease, PeerHearing hearing) =>
        lease != LeaseStanding.Unknown || hearing is PeerHearing.Heard or PeerHearing.Silent;

    /// <summary>What a host is taken for of which neither the database nor itself has told anything yet.</summary>
    /// <param name="hasTakenPart">The description has the key of its agent, which only an agent puts there.</param>
    /// <param name="listened">How long it might have been heard, less what it may be silent because there are so many.</param>
    /// <returns>Null for one that has no agent. A member all the same otherwise: whoever waits for all hosts waits for it.</returns>
    public static MemberState? Presume(bool hasTakenPart, TimeSpan listened) =>
        !hasTakenPart ? null
        : listened > Patience ? MemberState.Unreachable
        : MemberState.Joining;

    /// <summary>What a lease says that was read, or not.</summary>
    /// <param name="row">The host's lease as it was last read; null if it had none.</param>
    /// <param name="readable">How long the database has answered without a failure; null while it does not.</param>
    /// <remarks>
    /// When the database comes back all leases are old, and their agents find it again one by one: they have a whole term for it. One that was
    /// given back needs no such patience.
    /// </remarks>
    public static LeaseStanding StandingOf(LeaseRow? row, TimeSpan? readable)
    {
        if (readable is not { } span)
            return LeaseStanding.Unknown;
        if (row is { IsFresh: true })
            return LeaseStanding.Fresh;
        if (row is { IsReleased: true })
            return LeaseStanding.Expired;
        if (span < Lease.Term)
            return LeaseStanding.Unknown;
        return row is null ? LeaseStanding.None : LeaseStanding.Expired;
    }

    /// <summary>What the last message of an agent says.</summary>
    /// <param name="hasWay">Messages can pass at all.</param>
    /// <param name="since">How long ago it came; null if none did.</param>
    /// <param name="isLeaving">It said that the agent ends.</param>
    /// <param name="more">How much longer than <see cref="Patience"/> it may be silent, since there are so many to tell.</param>
    public static PeerHearing HearingOf(bool hasWay, TimeSpan? since, bool isLeaving, TimeSpan more = default)
    {
        if (!hasWay)
            return PeerHearing.NoWay;
        if (since is not { } span)
            return PeerHearing.Never;
        return isLeaving || span > Patience + more ? PeerHearing.Silent : PeerHearing.Heard;
    }
}
