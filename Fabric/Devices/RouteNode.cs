using System.Numerics;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>A node of a path-compressed binary trie of prefixes: an entry, or a place where two prefixes part.</summary>
/// <remarks>
/// Immutable. Addresses of either version are aligned to the top of 128 bits, so that a length means the same for both. A node
/// without an entry has two children; every child's prefix begins with its parent's.
/// </remarks>
internal sealed class RouteNode(UInt128 bits, int length, RouteEntry entry, RouteNode? zero, RouteNode? one)
{
    /// <summary>The prefix, aligned; zero past its length.</summary>
    public UInt128 Bits { get; } = bits;

    /// <summary>Bits of the prefix.</summary>
    public int Length { get; } = length;

    /// <summary>What is held under this very prefix.</summary>
    public RouteEntry Entry { get; } = entry;

    /// <summary>No longer prefix begins with this one.</summary>
    public bool IsLeaf => zero is null && one is null;

    /// <summary>The child on the way to an address that this node's prefix holds.</summary>
    public RouteNode? Child(UInt128 address) => BitAt(address, Length) ? one : zero;

    /// <summary>An address at the top of 128 bits.</summary>
    public static UInt128 Align(IpAddress address) => address.Bits << (128 - address.Width);

    /// <summary>How many leading bits two aligned addresses share, 0..128.</summary>
    public static int CommonLength(UInt128 left, UInt128 right)
    {
        var difference = left ^ right;
        var high = (ulong)(difference >> 64);
        return high != 0 ? BitOperations.LeadingZeroCount(high) : 64 + BitOperations.LeadingZeroCount((ulong)difference);
    }

    /// <summary>The entry under exactly one prefix.</summary>
    public static RouteEntry EntryOf(RouteNode? node, UInt128 bits, int length)
    {
        while (node is not null && node.Length < length && CommonLength(node.Bits, bits) >= node.Length)
            node = node.Child(bits);
        return node is not null && node.Length == length && node.Bits == bits ? node.Entry : RouteEntry.Empty;
    }

    /// <summary>The trie with the entry under one prefix replaced; an empty entry takes it out.</summary>
    public static RouteNode? Put(RouteNode? node, UInt128 bits, int length, RouteEntry entry)
    {
        if (node is null)
            return entry.IsEmpty ? null : new RouteNode(bits, length, entry, null, null);
        var common = Math.Min(CommonLength(node.Bits, bits), Math.Min(node.Length, length));
        if (common < node.Length)
            return entry.IsEmpty ? node : Branch(node, common, new RouteNode(bits, length, entry, null, null));
        if (length == node.Length)
            return node.With(entry);
        var child = Put(node.Child(bits), bits, length, entry);
        return node.With(child, BitAt(bits, node.Length));
    }

    /// <summary>Collects the routes of a trie in the order of their destinations, a prefix before those it holds.</summary>
    public static void Collect(RouteNode? node, List<Route> routes)
    {
        if (node is null)
            return;
        node.CollectInto(routes);
    }

    private void CollectInto(List<Route> routes)
    {
        routes.AddRange(Entry.Routes);
        Collect(zero, routes);
        Collect(one, routes);
    }

    /// <summary>Joins a node and a new leaf that share some leading bits, fewer than the node's.</summary>
    private static RouteNode Branch(RouteNode node, int common, RouteNode leaf)
    {
        if (common == leaf.Length)
            return BitAt(node.Bits, common)
                ? new RouteNode(leaf.Bits, leaf.Length, leaf.Entry, null, node)
                : new RouteNode(leaf.Bits, leaf.Length, leaf.Entry, node, null);
        var shared = common == 0 ? UInt128.Zero : leaf.Bits & UInt128.MaxValue << (128 - common);
        return BitAt(leaf.Bits, common)
            ? new RouteNode(shared, common, RouteEntry.Empty, node, leaf)
            : new RouteNode(shared, common, RouteEntry.Empty, leaf, node);
    }

    private RouteNode? With(RouteEntry entry) => Compact(new RouteNode(Bits, Length, entry, zero, one));

    private RouteNode? With(RouteNode? child, bool isOne) =>
        Compact(isOne ? new RouteNode(Bits, Length, Entry, zero, child) : new RouteNode(Bits, Length, Entry, child, one));

    /// <summary>A node that neither holds anything nor parts two ways is left out.</summary>
    private static RouteNode? Compact(RouteNode node) => node.Entry.IsEmpty ? node.OnlyChildOrSelf() : node;

    private RouteNode? OnlyChildOrSelf() =>
        zero is null ? one
        : one is null ? zero
        : this;

    private static bool BitAt(UInt128 bits, int index) => (bits >> (127 - index) & UInt128.One) != UInt128.Zero;
}
