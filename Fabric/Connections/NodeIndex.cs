using System.Diagnostics;

namespace Fabric.Connections;

/// <summary>Finds numbers by their hashes: several numbers may have one, and come in the order in which they were added.</summary>
/// <remarks>
/// <para>
/// Not thread-safe. Linear hashing (Litwin, VLDB 1980) with buckets of one line of memory: a lookup reads one, nearly always, and nothing of what the numbers
/// stand for but where all 32 bits of a hash agree. An addition now and then splits one bucket in two, by the hashes in it alone, so none ever waits for all others to
/// be placed anew. Allocates when it grows, never shrinks.
/// </para>
/// <para>A line is 16 words: 7 hashes, how many there are, 7 numbers, and the line where the bucket goes on.</para>
/// </remarks>
public sealed class NodeIndex
{
    /// <summary>No number, no line.</summary>
    public const int None = -1;

    /// <summary>Numbers in a bucket, on average: with fewer, lines are empty; with more, many buckets take two.</summary>
    private const int PerBucket = 4;

    private const int Slots = 7;
    internal const int CountAt = 7;
    internal const int NumbersAt = 8;
    private const int NextAt = 15;
    private const int LineWords = 16;

    private readonly LineStore _buckets = new();
    private readonly LineStore _more = new();
    private int _count;
    private int _freeMore = None;

    /// <summary>Buckets: this power of two, and those that of these have been split.</summary>
    private int _round = 1;
    private int _split;

    /// <summary>What the index takes, in bytes.</summary>
    public long Bytes => _buckets.Bytes + _more.Bytes;

    /// <summary>The numbers of a hash, the one that was added first before the others.</summary>
    public NodeWalk Of(uint hash) => new(this, hash);

    /// <summary>The first line of a hash; empty if there is none.</summary>
    internal ReadOnlySpan<uint> LineOf(uint hash) => _count == 0 ? [] : _buckets[BucketOf(hash)];

    /// <summary>The line where a bucket goes on after another; empty if there is none.</summary>
    internal ReadOnlySpan<uint> LineAfter(ReadOnlySpan<uint> line) =>
        line.IsEmpty || (int)line[NextAt] == None ? [] : _more[(int)line[NextAt]];

    /// <summary>Adds a number.</summary>
    public void Add(uint hash, int number)
    {
        if (_count == 0 && _buckets.Count == 0)
            Clear(_buckets[_buckets.Add()]);
        Append(BucketOf(hash), hash, number);
        if (++_count > (_round + _split) * PerBucket)
            Split();
    }

    /// <summary>Takes out a number that was added with this hash.</summary>
    public void Remove(uint hash, int number)
    {
        var line = _buckets[BucketOf(hash)];
        int slot;
        while ((slot = line.Slice(NumbersAt, (int)line[CountAt]).IndexOf((uint)number)) < 0)
            line = _more[(int)line[NextAt]];
        // Those behind it move up, so that their order stays.
        for (; ; slot = 0)
        {
            var last = (int)line[CountAt] - 1;
            line[(slot + 1)..(last + 1)].CopyTo(line[slot..]);
            line.Slice(NumbersAt + slot + 1, last - slot).CopyTo(line[(NumbersAt + slot)..]);
            // The last line of a bucket may have become empty.
            if ((int)line[NextAt] != None && _more[(int)line[NextAt]][CountAt] == 0)
                Free(ref line[NextAt]);
            if ((int)line[NextAt] == None)
            {
                line[CountAt]--;
                break;
            }
            var next = _more[(int)line[NextAt]];
            (line[last], line[NumbersAt + last]) = (next[0], next[NumbersAt]);
            if (next[CountAt] == 1)
            {
                Free(ref line[NextAt]);
                break;
            }
            line = next;
        }
        _count--;
    }

    private int BucketOf(uint hash)
    {
        var bucket = (int)(hash & (uint)(_round - 1));
        return bucket >= _split ? bucket : (int)(hash & (uint)(_round * 2 - 1));
    }

    private void Append(int bucket, uint hash, int number)
    {
        var line = _buckets[bucket];
        while ((int)line[NextAt] != None)
            line = _more[(int)line[NextAt]];
        if (line[CountAt] == Slots)
        {
            var more = TakeMore();
            line[NextAt] = (uint)more;
            line = _more[more];
        }
        var slot = (int)line[CountAt]++;
        (line[slot], line[NumbersAt + slot]) = (hash, (uint)number);
    }

    /// <summary>Moves what is another bucket's from now on; the order within each stays.</summary>
    private void Split()
    {
        var (from, to) = (_split, _buckets.Add());
        Debug.Assert(to == _round + _split);
        Clear(_buckets[to]);
        var read = _buckets[from];
        var write = read;
        var written = 0;
        while (true)
        {
            for (int slot = 0, count = (int)read[CountAt]; slot < count; slot++)
            {
                var (hash, number) = (read[slot], read[NumbersAt + slot]);
                if ((hash & (uint)_round) != 0)
                {
                    Append(to, hash, (int)number);
                    continue;
                }
                if (written == Slots)
                {
                    // What was read already: the writing is never ahead.
                    write[CountAt] = Slots;
                    write = _more[(int)write[NextAt]];
                    written = 0;
                }
                (write[written], write[NumbersAt + written]) = (hash, number);
                written++;
            }
            if ((int)read[NextAt] == None)
                break;
            read = _more[(int)read[NextAt]];
        }
        write[CountAt] = (uint)written;
        while ((int)write[NextAt] != None)
            Free(ref write[NextAt]);
        if (++_split == _round)
            (_round, _split) = (_round * 2, 0);
    }

    private int TakeMore()
    {
        var line = _freeMore;
        if (line == None)
            line = _more.Add();
        else
            _freeMore = (int)_more[line][NextAt];
        Clear(_more[line]);
        return line;
    }

    /// <summary>Takes the next line out of a bucket.</summary>
    private void Free(ref uint next)
    {
        var line = (int)next;
        next = _more[line][NextAt];
        _more[line][NextAt] = (uint)_freeMore;
        _freeMore = line;
    }

    private static void Clear(Span<uint> line) => (line[CountAt], line[NextAt]) = (0, unchecked((uint)None));

    /// <summary>Lines, in chunks that stay where they are.</summary>
    private sealed class LineStore
    {
        private const int ChunkBits = 7;

        private uint[][] _chunks = [];
        private int _used;

        public int Count { get; private set; }

        public long Bytes => (long)_used * (LineWords * sizeof(uint) << ChunkBits);

        public Span<uint> this[int line] => _chunks[line >> ChunkBits].AsSpan((line & ((1 << ChunkBits) - 1)) * LineWords, LineWords);

        public int Add()
        {
            if (Count == _used << ChunkBits)
            {
                if (_used == _chunks.Length)
                    Array.Resize(ref _chunks, Math.Max(4, _used * 2));
                // Pinned: a collection of garbage need not copy it. Lines that begin where those of the processor's cache do were tried, and gained nothing.
                _chunks[_used++] = GC.AllocateArray<uint>(LineWords << ChunkBits, pinned: true);
            }
            return Count++;
        }
    }
}
