using System.Collections;
using System.Runtime.CompilerServices;

namespace Fabric.Devices;

/// <summary>A set of ports, in the order of their ids and without repeats.</summary>
/// <remarks>
/// Immutable, compared by members; the default is empty. Kept in parts, so that one port more costs a part and not the whole: a bridge may
/// have ten thousand. To go through them allocates nothing.
/// </remarks>
[CollectionBuilder(typeof(PortList), nameof(Of))]
public readonly partial struct PortList : IEquatable<PortList>, IReadOnlyList<PortId>
{
    /// <summary>Members of a part, at most; one that grows beyond is cut in two.</summary>
    private const int MaxPartLength = 256;

    private readonly PortId[][]? _parts;

    private PortList(PortId[][] parts, int count) => (_parts, Count) = (parts, count);

    /// <summary>Makes a list of ports in any order.</summary>
    public static PortList Of(params ReadOnlySpan<PortId> ports)
    {
        var members = ports.ToArray();
        Array.Sort(members);
        PortId[] distinct = [.. members.Distinct()];
        return new PortList([.. distinct.Chunk(MaxPartLength / 2)], distinct.Length);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>There are none.</summary>
    public bool IsEmpty => Count == 0;

    /// <inheritdoc/>
    public PortId this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            foreach (var part in Parts)
            {
                if (index < part.Length)
                    return part[index];
                index -= part.Length;
            }
            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    private PortId[][] Parts => _parts ?? [];

    /// <summary>The port is a member.</summary>
    public bool Contains(PortId port) => !IsEmpty && Array.BinarySearch(Parts[PartOf(port)], port) >= 0;

    /// <summary>The list with one port more, if it was not a member.</summary>
    public PortList With(PortId port)
    {
        if (IsEmpty)
            return [port];
        var at = PartOf(port);
        var part = Parts[at];
        var place = Array.BinarySearch(part, port);
        if (place >= 0)
            return this;
        PortId[] grown = [.. part.AsSpan(0, ~place), port, .. part.AsSpan(~place)];
        var cut = grown.Length > MaxPartLength ? grown.Length / 2 : grown.Length;
        PortId[][] instead = cut < grown.Length ? [grown[..cut], grown[cut..]] : [grown];
        return new PortList([.. Parts.AsSpan(0, at), .. instead, .. Parts.AsSpan(at + 1)], Count + 1);
    }

    /// <summary>The list with one port less, if it was a member.</summary>
    public PortList Without(PortId port)
    {
        if (!Contains(port))
            return this;
        var at = PartOf(port);
        var part = Parts[at];
        var place = Array.BinarySearch(part, port);
        PortId[][] instead =
            part.Length == 1
                ? []
                :
                [
                    [.. part.AsSpan(0, place), .. part.AsSpan(place + 1)],
                ];
        return new PortList([.. Parts.AsSpan(0, at), .. instead, .. Parts.AsSpan(at + 1)], Count - 1);
    }

    /// <summary>Goes through the members in the order of their ids.</summary>
    public Enumerator GetEnumerator() => new(Parts);

    IEnumerator<PortId> IEnumerable<PortId>.GetEnumerator() => Parts.SelectMany(part => part).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Parts.SelectMany(part => part).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(PortList other) => Count == other.Count && this.SequenceEqual(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PortList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var port in this)
            hash.Add(port);
        return hash.ToHashCode();
    }

    /// <summary>Equal members.</summary>
    public static bool operator ==(PortList left, PortList right) => left.Equals(right);

    /// <summary>Different members.</summary>
    public static bool operator !=(PortList left, PortList right) => !left.Equals(right);

    /// <summary>The ids, with commas between.</summary>
    public override string ToString() => string.Join(",", Parts.SelectMany(part => part));

    /// <summary>The part that a port is in, or would be in; there must be one.</summary>
    private int PartOf(PortId port)
    {
        var (low, high) = (0, Parts.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Parts[middle][0].CompareTo(port) <= 0)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
