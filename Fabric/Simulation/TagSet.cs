using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>The tags of one packet, without repeats, in the order left.</summary>
/// <remarks>
/// Not thread-safe; keeps its memory when emptied. A short list is scanned; a long one (a flood over thousands of ports) has a table of
/// slots whose entries carry the generation that wrote them, so that emptying it costs nothing.
/// </remarks>
public sealed class TagSet
{
    /// <summary>Up to this many tags a scan is cheaper than hashing.</summary>
    private const int ScanLimit = 24;

    private readonly Buffer<FlowTag> _tags = new(32);
    private (long Generation, int Index)[] _slots = new (long, int)[128];
    private long _generation = 1;
    private int _hashed;

    /// <summary>Number of tags.</summary>
    public int Count => _tags.Count;

    /// <summary>Of these, lookups of connections.</summary>
    public int Connections { get; private set; }

    /// <summary>The tags in the order left.</summary>
    public ReadOnlySpan<FlowTag> Span => _tags.Span;

    /// <summary>Adds a tag unless it is there.</summary>
    public void Add(in FlowTag tag)
    {
        if (_tags.Count < ScanLimit)
        {
            foreach (ref readonly var known in _tags.Span)
            {
                if (known == tag)
                    return;
            }
            Append(tag);
            return;
        }
        for (; _hashed < _tags.Count; _hashed++)
            Insert(_tags[_hashed], _hashed);
        if (!Insert(tag, _tags.Count))
            return;
        Append(tag);
        _hashed++;
    }

    private void Append(in FlowTag tag)
    {
        _tags.Add(tag);
        if (tag.Kind == FlowTagKind.Connection)
            Connections++;
    }

    /// <summary>Drops all tags; the memory stays.</summary>
    public void Clear()
    {
        _tags.Clear();
        Connections = 0;
        _hashed = 0;
        _generation++;
    }

    /// <summary>Takes a slot for a tag; false if the tag has one.</summary>
    private bool Insert(in FlowTag tag, int index)
    {
        if (index * 2 >= _slots.Length)
            Grow();
        for (var slot = Hash(tag) & _slots.Length - 1; ; slot = slot + 1 & _slots.Length - 1)
        {
            ref var entry = ref _slots[slot];
            if (entry.Generation != _generation)
            {
                entry = (_generation, index);
                return true;
            }
            if (_tags[entry.Index] == tag)
                return false;
        }
    }

    private void Grow()
    {
        _slots = new (long, int)[_slots.Length * 4];
        for (var i = 0; i < _hashed; i++)
            Insert(_tags[i], i);
    }

    private static int Hash(in FlowTag tag)
    {
        var mixed = (tag.Device ^ tag.DetailLow * 0x9e37_79b9_7f4a_7c15 ^ tag.DetailHigh ^ (ulong)tag.Kind << 56) * 0xff51_afd7_ed55_8ccd;
        return (int)(mixed >> 33);
    }
}
