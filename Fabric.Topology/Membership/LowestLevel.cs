using System.Collections.Immutable;
using Fabric.Protocol;

namespace Fabric.Topology.Membership;

/// <summary>What every member reads: nothing newer is written, or an older agent would have to stop following.</summary>
/// <param name="Level">The <see cref="CodecLevel"/>; at most this program's own.</param>
/// <param name="Host">Whose agent reads no more; null if this program is the limit.</param>
public readonly record struct LowestLevel(int Level, string? Host)
{
    /// <summary>What this program alone reads.</summary>
    public static LowestLevel Own { get; } = new(CodecLevel.Current, null);

    /// <summary>The lowest of the members that have not left; also of one that is silent, which may be headless and come back.</summary>
    public static LowestLevel Of(ImmutableArray<Member> members)
    {
        var lowest = Own;
        foreach (var member in members)
        {
            // One that was never heard has not told its level.
            if (member.State != MemberState.Left && member.Level > 0 && member.Level < lowest.Level)
                lowest = new LowestLevel(member.Level, member.Name);
        }
        return lowest;
    }
}
