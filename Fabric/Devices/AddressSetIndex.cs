using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>The members of an address set, to look addresses up in.</summary>
/// <remarks>
/// Immutable; any thread. The prefixes of each version are kept sorted, without those that others contain and with both halves of a
/// prefix merged; so those that are left do not touch, a lookup is a binary search, and the neighbors of an address tell how many of its
/// bits the answer rests on.
/// </remarks>
internal sealed class AddressSetIndex
{
    private readonly Table _v4;
    private readonly Table _v6;

    /// <summary>Sorts the members of a set.</summary>
    public AddressSetIndex(ImmutableSortedSet<IpPrefix> members)
    {
        Members = members;
        _v4 = new Table(members, IpFamily.V4);
        _v6 = new Table(members, IpFamily.V6);
    }

    /// <summary>The set without members.</summary>
    public static AddressSetIndex Empty { get; } = new([]);

    /// <summary>What this was made of.</summary>
    public ImmutableSortedSet<IpPrefix> Members { get; }

    /// <summary>Tells whether an address is in a member.</summary>
    /// <param name="address">The address.</param>
    /// <param name="decisiveBits">How many leading bits the answer rests on: it is the same for all addresses that share them.</param>
    public bool Contains(IpAddress address, out int decisiveBits) =>
        (address.Family == IpFamily.V4 ? _v4 : _v6).Contains(address, out decisiveBits);

    private sealed class Table
    {
        private readonly IpFamily _family;
        private readonly UInt128[] _starts;
        private readonly byte[] _lengths;

        public Table(ImmutableSortedSet<IpPrefix> members, IpFamily family)
        {
            var prefixes = new List<IpPrefix>();
            // In order of address, then length: what contains a prefix came before it, and nothing lies between the two but what it contains as well.
            foreach (var member in members)
            {
                if (member.Family != family || (prefixes.Count > 0 && prefixes[^1].Contains(member)))
                    continue;
                prefixes.Add(member);
                MergeHalves(prefixes);
            }
            _family = family;
            _starts = [.. prefixes.Select(prefix => prefix.Address.Bits)];
            _lengths = [.. prefixes.Select(prefix => (byte)prefix.Length)];
        }

        public bool Contains(IpAddress address, out int decisiveBits)
        {
            var found = _starts.AsSpan().BinarySearch(address.Bits);
            var before = found >= 0 ? found : ~found - 1;
            if (before >= 0 && (address.Bits & IpPrefix.MaskOf(_family, _lengths[before])) == _starts[before])
            {
                decisiveBits = _lengths[before];
                return true;
            }
            decisiveBits = Math.Max(BitsUntilApart(address, before), BitsUntilApart(address, before + 1));
            return false;
        }

        /// <summary>How many leading bits tell an address from a prefix that does not contain it.</summary>
        private int BitsUntilApart(IpAddress address, int index)
        {
            if (index < 0 || index >= _starts.Length)
                return 0;
            return address.Width - (int)UInt128.Log2(address.Bits ^ _starts[index]);
        }

        private static void MergeHalves(List<IpPrefix> prefixes)
        {
            while (prefixes.Count > 1 && prefixes[^1] is { Length: > 0 } upper && prefixes[^2].Length == upper.Length)
            {
                var parent = new IpPrefix(upper.Address, upper.Length - 1);
                if (!parent.Contains(prefixes[^2]))
                    return;
                prefixes.RemoveAt(prefixes.Count - 1);
                prefixes[^1] = parent;
            }
        }
    }
}
