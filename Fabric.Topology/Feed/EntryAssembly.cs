using System.Collections.Immutable;
using Fabric.Protocol;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <summary>Puts entries together from parts that may come in any order and twice, and holds each to the chain of hashes.</summary>
/// <remarks>Pure but for its own growing, which is bounded; what finds no room will be asked for again.</remarks>
internal sealed class EntryAssembly
{
    /// <summary>The bytes of a part, but for an entry's last: all nodes cut entries alike.</summary>
    public const int PartBytes = 1000;

    /// <summary>How many entries may be begun at a time.</summary>
    private const int MaxBegun = 64;

    // Events, author and reason stand in it; a little room beyond what the journal takes.
    private const int MaxBytes = EntryPayload.MaxLengthBytes + (64 << 10);

    private readonly SortedDictionary<long, Begun> _begun = [];
    private int _waitingBytes;

    /// <summary>The place of the last whole entry.</summary>
    public JournalHead Head { get; private set; }

    /// <summary>Where the first missing byte of the next entry stands.</summary>
    public int Offset => _begun.TryGetValue(Head.Position + 1, out var next) ? next.FirstMissing : 0;

    /// <summary>Goes on from another place, whatever was begun.</summary>
    public void Restart(JournalHead head)
    {
        Head = head;
        _begun.Clear();
        _waitingBytes = 0;
    }

    /// <summary>Adds a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="items">Where entries go that are whole now, in order.</param>
    /// <returns>What became of the part.</returns>
    public PartOutcome Add(RelayMessage.Part part, ImmutableArray<FeedItem.Stored>.Builder items)
    {
        if (part.Position <= Head.Position)
            return PartOutcome.Known;
        var ahead = part.Position - Head.Position - 1;
        if (ahead >= MaxBegun)
            return PartOutcome.Gap;
        if (part.Length is <= 0 or > MaxBytes || part.Offset % PartBytes != 0)
            return PartOutcome.Unusable;
        if (!_begun.TryGetValue(part.Position, out var begun))
        {
            // The next entry always has room, or nothing would ever be whole.
            if (ahead > 0 && _waitingBytes + part.Length > MaxBytes)
                return PartOutcome.Gap;
            _begun.Add(part.Position, begun = new Begun(part.Length));
            _waitingBytes += part.Length;
        }
        if (!begun.TryAdd(part))
            return PartOutcome.Unusable;
        while (_begun.TryGetValue(Head.Position + 1, out var next) && next.IsWhole)
        {
            if (Open(next.Bytes) is not { } item)
                return PartOutcome.Unusable;
            _begun.Remove(item.Head.Position);
            _waitingBytes -= next.Bytes.Length;
            Head = item.Head;
            items.Add(item);
        }
        return ahead == 0 || part.Position <= Head.Position ? PartOutcome.Taken : PartOutcome.Gap;
    }

    private FeedItem.Stored? Open(byte[] bytes)
    {
        if (!FeedCodec.TryDecode(bytes, out FeedMessage? message, out _) || message is not FeedMessage.Entry entry)
            return null;
        // Not the hash that it says, but the one that it has.
        var hash = StoredEntry.After(Head, entry.Journal).Hash;
        var isNext = entry.Journal.Position == Head.Position + 1 && hash == JournalHead.At(entry.Place).Hash;
        return isNext ? new FeedItem.Stored(entry.Journal, hash) : null;
    }

    /// <summary>An entry of which some parts are there.</summary>
    private sealed class Begun(int length)
    {
        private readonly bool[] _isThere = new bool[(length + PartBytes - 1) / PartBytes];
        private int _first;

        public byte[] Bytes { get; } = new byte[length];

        public bool IsWhole => _first == _isThere.Length;

        public int FirstMissing => _first * PartBytes;

        /// <summary>False if it is not a part of this entry.</summary>
        public bool TryAdd(RelayMessage.Part part)
        {
            var isOne = part.Length == Bytes.Length && part.Offset >= 0 && part.Offset < Bytes.Length;
            if (!isOne || part.Bytes.Length != Math.Min(PartBytes, Bytes.Length - part.Offset))
                return false;
            part.Bytes.CopyTo(Bytes.AsSpan(part.Offset));
            _isThere[part.Offset / PartBytes] = true;
            while (_first < _isThere.Length && _isThere[_first])
                _first++;
            return true;
        }
    }
}
