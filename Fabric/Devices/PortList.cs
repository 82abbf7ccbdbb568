using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Fabric.Devices;

/// <summary>A set of ports, in the order of their ids and without repeats.</summary>
/// <remarks>Immutable, compared by members; the default is empty.</remarks>
[CollectionBuilder(typeof(PortList), nameof(Of))]
public readonly struct PortList : IEquatable<PortList>, IReadOnlyList<PortId>
{
    private readonly ImmutableArray<PortId> _ports;

    private PortList(ImmutableArray<PortId> ports) => _ports = ports;

    /// <summary>Makes a list of ports in any order.</summary>
    public static PortList Of(params ReadOnlySpan<PortId> ports)
    {
        var members = new SortedSet<PortId>();
        foreach (var port in ports)
            members.Add(port);
        return new PortList([.. members]);
    }

    /// <inheritdoc/>
    public int Count => Members.Length;

    /// <inheritdoc/>
    public PortId this[int index] => Members[index];

    private ImmutableArray<PortId> Members => _ports.IsDefault ? [] : _ports;

    /// <summary>The port is a member.</summary>
    public bool Contains(PortId port) => Members.BinarySearch(port) >= 0;

    /// <summary>Goes through the members in the order of their ids.</summary>
    public ImmutableArray<PortId>.Enumerator GetEnumerator() => Members.GetEnumerator();

    IEnumerator<PortId> IEnumerable<PortId>.GetEnumerator() => Members.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Members.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(PortList other) => Members.SequenceEqual(other.Members);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PortList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var port in Members)
            hash.Add(port);
        return hash.ToHashCode();
    }

    /// <summary>Equal members.</summary>
    public static bool operator ==(PortList left, PortList right) => left.Equals(right);

    /// <summary>Different members.</summary>
    public static bool operator !=(PortList left, PortList right) => !left.Equals(right);

    /// <summary>The ids, with commas between.</summary>
    public override string ToString() => string.Join(",", Members);
}
