using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>Shares duties out: each goes to the live member of the role that has the highest score for it (rendezvous hashing).</summary>
/// <remarks>
/// Every member computes the same from the same view, and nobody need agree with anybody. A member that goes gives up its duties alone, one that
/// comes takes over only what becomes its own. A view stays as it is while the database is away, and so do the duties.
/// </remarks>
public static class Duties
{
    /// <summary>Whose a duty is; null if no member of the role is live.</summary>
    /// <param name="view">The members.</param>
    /// <param name="role">The role that the duty needs.</param>
    /// <param name="duty">The duty.</param>
    /// <param name="except">A host that does not count: then it is whose the duty would be without it.</param>
    public static HostId? OwnerOf(MemberView view, MemberRoles role, Duty duty, HostId? except = null)
    {
        HostId? owner = null;
        var highest = 0ul;
        foreach (var member in view.Members)
        {
            if (member.State != MemberState.Live || (member.Roles & role) != role || member.Host == except)
                continue;
            var score = ScoreOf(duty, member.Host);
            // Members are in the order of their hosts, so that equal scores are decided alike everywhere.
            if (owner is null || score > highest)
                (owner, highest) = (member.Host, score);
        }
        return owner;
    }

    private static ulong ScoreOf(Duty duty, HostId host)
    {
        var seed = Mix(duty.Subject.Id ^ Mix((ulong)duty.Kind << 8 | (ulong)duty.Subject.Kind));
        return Mix(seed ^ Mix(host.Value));
    }

    // The finalizer of SplitMix64: every bit of the result depends on every bit given.
    private static ulong Mix(ulong bits)
    {
        bits += 0x9e3779b97f4a7c15;
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
        return bits ^ bits >> 31;
    }
}
