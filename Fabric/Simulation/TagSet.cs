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

    private readonly Buffer<FlowTag> tags = new(32);
    private (int Generation, int Index)[] slots = new (int, int)[128];
    private int generation = 1;
    private int hashed;

    /// <summary>Number of tags.</summary>
    public int Count => tags.Count;

    /// <summary>The tags in the order left.</summary>
    public ReadOnlySpan<FlowTag> Span => tags.Span;

    /// <summary>Adds a tag unless it is there.</summary>
    public void Add(in FlowTag tag)
    {
        if (tags.Count < ScanLimit)
        {
            foreach (ref readonly var known in tags.Span)
            {
                if (known == tag)
                    return;
            }
            tags.Add(tag);
            return;
        }
        for (; hashed < tags.Count; hashed++)
            Insert(tags[hashed], hashed);
        if (!Insert(tag, tags.Count))
            return;
        tags.Add(tag);
        hashed++;
    }

    /// <summary>Drops all tags; the memory stays.</summary>
    public void Clear()
    {
        tags.Clear();
        hashed = 0;
        generation++;
    }

    /// <summary>Takes a slot for a tag; false if the tag has one.</summary>
    private bool Insert(in FlowTag tag, int index)
    {
        if (index * 2 >= slots.Length)
            Grow();
        for (var slot = Hash(tag) & slots.Length - 1; ; slot = slot + 1 & slots.Length - 1)
        {
            ref var entry = ref slots[slot];
            if (entry.Generation != generation)
            {
                entry = (generation, index);
                return true;
            }
            if (tags[entry.Index] == tag)
                return false;
        }
    }

    private void Grow()
    {
        slots = new (int, int)[slots.Length * 4];
        for (var i = 0; i < hashed; i++)
            Insert(tags[i], i);
    }

    private static int Hash(in FlowTag tag)
    {
        var mixed = (tag.Device ^ tag.DetailLow * 0x9e37_79b9_7f4a_7c15 ^ tag.DetailHigh ^ (ulong)tag.Kind << 56) * 0xff51_afd7_ed55_8ccd;
        return (int)(mixed >> 33);
    }
}
