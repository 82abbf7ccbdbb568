using System.Collections.Immutable;

namespace Fabric.Devices;

/// <summary>How the members of one pool are.</summary>
/// <remarks>Immutable; any thread. Whoever is not in it has not been checked yet, and counts as up.</remarks>
public sealed class PoolHealth
{
    private PoolHealth(ImmutableDictionary<MemberKey, MemberHealth> members)
    {
        Members = members;
        IsWhole = members.Values.All(health => health.Percent == MemberHealth.Whole);
    }

    /// <summary>Nobody has been checked.</summary>
    public static PoolHealth Unknown { get; } = new(ImmutableDictionary<MemberKey, MemberHealth>.Empty);

    /// <summary>Those that have been checked.</summary>
    public ImmutableDictionary<MemberKey, MemberHealth> Members { get; }

    /// <summary>All of them are wholly up.</summary>
    public bool IsWhole { get; }

    /// <summary>What was compiled of the pool with this health, if it was; its user asks whether it is still of the same pool.</summary>
    internal object? Compiled { get; set; }

    /// <summary>The same with another health of a member.</summary>
    public PoolHealth With(MemberKey member, MemberHealth health) =>
        new(Members.SetItem(member, health)) { Compiled = PercentOf(member) == health.Percent ? Compiled : null };

    /// <summary>The part of its weight that a member takes connections by.</summary>
    public byte PercentOf(MemberKey member) => Members.TryGetValue(member, out var health) ? health.Percent : MemberHealth.Whole;
}
