using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Balancing;

/// <summary>A consistent hash of connections to members (Eisenbud et al., "Maglev", NSDI 2016, section 3.4), with weights.</summary>
/// <remarks>
/// Immutable; any thread. Each member has an order of its own in which it would like the entries, drawn from its address and port; members take turns,
/// and each takes the first that is free. So the members of equal weight have equally many entries, within one, and one that leaves moves
/// its own entries and few others. A function of the members alone: every node and every machine has the same table.
/// </remarks>
public sealed class MaglevTable
{
    /// <summary>Entries: a prime, and more than a hundred for each of some hundred members.</summary>
    public const int Size = 65_537;

    private readonly ushort[] _entries;

    private MaglevTable(ushort[] entries) => _entries = entries;

    /// <summary>The place of the member, among those that the table was built of, for a hash of 64 bits.</summary>
    public int this[ulong hash] => _entries[hash % Size];

    /// <summary>Entries of each member, which is its share of connections.</summary>
    public int[] Shares(int members)
    {
        var shares = new int[members];
        foreach (var member in _entries)
            shares[member]++;
        return shares;
    }

    /// <summary>Builds the table.</summary>
    /// <param name="members">One or more, and <see cref="Pool.MaxMembers"/> at most; of weights above 0.</param>
    public static MaglevTable Build(ImmutableArray<PoolMember> members)
    {
        var wishes = new (int Next, int Step, int Weight, int Credit)[members.Length];
        var heaviest = 0;
        for (var i = 0; i < members.Length; i++)
        {
            var hash = MemberHash.Of(members[i]);
            wishes[i] = ((int)(hash % Size), (int)(MemberHash.Mix(hash, 1) % (Size - 1)) + 1, members[i].Weight, 0);
            heaviest = Math.Max(heaviest, members[i].Weight);
        }
        var entries = new ushort[Size];
        var taken = new bool[Size];
        for (var free = Size; free > 0; )
        {
            for (var i = 0; i < wishes.Length && free > 0; i++)
            {
                ref var wish = ref wishes[i];
                // The heaviest has a turn in every round, others in as many of them as their weight is of that one's.
                wish.Credit += wish.Weight;
                if (wish.Credit < heaviest)
                    continue;
                wish.Credit -= heaviest;
                var at = wish.Next;
                while (taken[at])
                {
                    at += wish.Step;
                    if (at >= Size)
                        at -= Size;
                }
                taken[at] = true;
                entries[at] = (ushort)i;
                wish.Next = at;
                free--;
            }
        }
        return new MaglevTable(entries);
    }
}
