using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Balancing;

/// <summary>A pool by what a packet asks it, compiled when the first packet does.</summary>
/// <remarks>Immutable; any thread. Routers that differ otherwise share it, so that a change elsewhere builds no table anew.</remarks>
public sealed class PoolTable
{
    private readonly ImmutableSortedDictionary<string, PoolMember> _members;
    private readonly Dictionary<(IpAddress, ushort?), PoolMember> _byEnd = [];
    private readonly MaglevTable? _maglev;

    private PoolTable(ImmutableSortedDictionary<string, PoolMember> members, Func<PoolMember, PoolMember> asItIs)
    {
        _members = members;
        foreach (var member in members.Values)
            _byEnd.Add((member.Address, member.Port), asItIs(member));
        // By what they are and not by their names: the turns of the table go by this order.
        Open =
        [
            .. _byEnd
                .Values.Where(member => member.State == PoolMemberState.Up)
                .OrderBy(member => member.Address.Bits)
                .ThenBy(member => member.Port),
        ];
        _maglev = Open.IsEmpty ? null : MaglevTable.Build(Open);
    }

    /// <summary>The members that take connections, by the weights that they have now: those of a pool with health are in hundredths.</summary>
    public ImmutableArray<PoolMember> Open { get; }

    /// <summary>The table of a pool as its members are, built if it was not.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="health">How its members are; of no account in a pool without checks.</param>
    public static PoolTable Of(Pool pool, PoolHealth? health = null)
    {
        // A copy may carry the table of other members with it, and threads that race here make the same.
        var isWhole = pool.Check is null || health is null || health.IsWhole;
        var cached = Unsafe.As<PoolTable?>(isWhole ? pool.Compiled : health!.Compiled);
        if (cached is not null && ReferenceEquals(cached._members, pool.Members))
            return cached;
        if (!isWhole)
            return Build(pool, health!);
        var whole = new PoolTable(pool.Members, member => member);
        pool.Compiled = whole;
        return whole;
    }

    private static PoolTable Build(Pool pool, PoolHealth health)
    {
        var ends = health.Members.ToDictionary(entry => (entry.Key.Address, entry.Key.Port), entry => entry.Value.Percent);
        var compiled = new PoolTable(
            pool.Members,
            member => AsItIs(member, ends.GetValueOrDefault((member.Address, member.Port ?? 0), MemberHealth.Whole))
        );
        health.Compiled = compiled;
        return compiled;
    }

    private static PoolMember AsItIs(PoolMember member, byte percent) =>
        percent == 0 ? member with { State = PoolMemberState.Down } : member with { Weight = member.Weight * percent };

    /// <summary>The place among <see cref="Open"/>, of which there must be one, for a hash.</summary>
    public int PlaceOf(ulong hash) => _maglev![hash];

    /// <summary>The member at an address and port, whatever its state; null if there is none.</summary>
    public PoolMember? At(IpAddress address, ushort port) =>
        _byEnd.GetValueOrDefault((address, port)) ?? _byEnd.GetValueOrDefault((address, null));

    /// <summary>The member that takes connections at an address, at a port if there are several; null if there is none.</summary>
    public PoolMember? OpenAt(IpAddress address, ushort port)
    {
        if (At(address, port) is { State: PoolMemberState.Up } member)
            return member;
        foreach (var open in Open)
        {
            if (open.Address == address)
                return open;
        }
        return null;
    }

    /// <summary>The share of new connections that each of <see cref="Open"/> has where it is chosen by hash.</summary>
    public ImmutableArray<double> Shares() =>
        _maglev is null ? [] : [.. _maglev.Shares(Open.Length).Select(entries => (double)entries / MaglevTable.Size)];
}
