namespace Fabric.Topology.Peers;

/// <summary>Remembers which counters of a session were seen: a ring of bits before the highest.</summary>
/// <remarks>
/// RFC 6479, section 3: the window moves by whole words, so that nothing is ever shifted.
/// <code>
///    lost | word | word | word | word .. highest | free
///         |....... at least 4032 counters .......|
/// </code>
/// Not thread-safe.
/// </remarks>
internal sealed class ReplayWindow
{
    private const int Words = 64;
    private const int WordBits = 64;

    /// <summary>A counter that is this far below the highest is always remembered.</summary>
    internal const int Size = (Words - 1) * WordBits;

    private readonly ulong[] _seen = new ulong[Words];
    private ulong _highest;

    /// <summary>Whether a counter may be new: to be asked before the effort of opening what bears it.</summary>
    internal PeerDrop Judge(ulong counter)
    {
        if (counter == 0)
            return PeerDrop.Malformed;
        if (counter > _highest)
            return PeerDrop.None;
        if (_highest / WordBits - counter / WordBits >= Words)
            return PeerDrop.TooOld;
        return (_seen[counter / WordBits % Words] & Bit(counter)) != 0 ? PeerDrop.Replayed : PeerDrop.None;
    }

    /// <summary>Takes a counter that was judged new, and whose datagram was found true.</summary>
    internal void Take(ulong counter)
    {
        var word = counter / WordBits;
        // Words between the highest and this one are of counters that have not come.
        for (var next = _highest / WordBits + 1; next <= word && next - _highest / WordBits <= Words; next++)
            _seen[next % Words] = 0;
        _seen[word % Words] |= Bit(counter);
        _highest = Math.Max(_highest, counter);
    }

    private static ulong Bit(ulong counter) => 1ul << (int)(counter % WordBits);
}
