using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Flows;

namespace Fabric.Agent.Datapaths.User;

/// <summary>The flows of one mask: an open-addressed table by masked key.</summary>
/// <remarks>Not thread-safe. A lookup reads only the words of the key in which the mask has bits.</remarks>
internal sealed class FlowSubtable
{
    private const int KeyWords = 20;
    private const ulong HashStart = 0x9e37_79b9_7f4a_7c15;
    private const ulong HashStep = 0xff51_afd7_ed55_8ccd;

    private readonly FlowMask _mask;
    private readonly byte[] _words;
    private readonly ulong[] _bits;
    private Slot[] _slots = new Slot[16];

    public FlowSubtable(in FlowMask mask)
    {
        _mask = mask;
        var all = Words(_mask);
        _words = [.. Enumerable.Range(0, KeyWords).Where(i => Words(_mask)[i] != 0).Select(i => (byte)i)];
        _bits = new ulong[_words.Length];
        for (var i = 0; i < _words.Length; i++)
            _bits[i] = all[_words[i]];
    }

    /// <summary>The mask.</summary>
    public ref readonly FlowMask Mask => ref _mask;

    /// <summary>Flows held.</summary>
    public int Count { get; private set; }

    /// <summary>Lookups that this table answered, for ordering tables by use.</summary>
    public long Hits;

    /// <summary>Finds the flow that admits a packet.</summary>
    public FlowEntry? Find(in FlowKey key)
    {
        var source = MemoryMarshal.Cast<FlowKey, ulong>(MemoryMarshal.CreateReadOnlySpan(in key, 1));
        var hash = HashStart;
        for (var i = 0; i < _words.Length; i++)
            hash = Mix(hash, source[_words[i]] & _bits[i]);
        for (var slot = HomeOf(hash); ; slot = slot + 1 & _slots.Length - 1)
        {
            ref readonly var candidate = ref _slots[slot];
            if (candidate.Entry is null)
                return null;
            if (candidate.Hash == hash && Admits(candidate.Entry.Flow.Key, source))
                return candidate.Entry;
        }
    }

    /// <summary>Adds a flow of this mask; false if one of the same masked key is there.</summary>
    public bool TryAdd(FlowEntry entry)
    {
        if ((Count + 1) * 2 > _slots.Length)
            Grow();
        var hash = HashOf(entry.Flow.Key);
        var slot = HomeOf(hash);
        for (; _slots[slot].Entry is { } other; slot = slot + 1 & _slots.Length - 1)
        {
            if (_slots[slot].Hash == hash && other.Flow.Key == entry.Flow.Key)
                return false;
        }
        _slots[slot] = new Slot(hash, entry);
        Count++;
        return true;
    }

    /// <summary>Removes a flow, closing the gap that it leaves.</summary>
    public bool Remove(FlowEntry entry)
    {
        var slot = HomeOf(HashOf(entry.Flow.Key));
        for (; _slots[slot].Entry != entry; slot = slot + 1 & _slots.Length - 1)
        {
            if (_slots[slot].Entry is null)
                return false;
        }
        Count--;
        // Entries behind the gap move into it unless they are at home already, so that no search stops early.
        for (var next = slot + 1 & _slots.Length - 1; _slots[next].Entry is not null; next = next + 1 & _slots.Length - 1)
        {
            var home = HomeOf(_slots[next].Hash);
            var distanceToGap = next - slot & _slots.Length - 1;
            var distanceToHome = next - home & _slots.Length - 1;
            if (distanceToHome < distanceToGap)
                continue;
            _slots[slot] = _slots[next];
            slot = next;
        }
        _slots[slot] = default;
        return true;
    }

    private bool Admits(in FlowKey flowKey, ReadOnlySpan<ulong> packet)
    {
        var wanted = MemoryMarshal.Cast<FlowKey, ulong>(MemoryMarshal.CreateReadOnlySpan(in flowKey, 1));
        ulong difference = 0;
        for (var i = 0; i < _words.Length; i++)
            difference |= wanted[_words[i]] ^ packet[_words[i]] & _bits[i];
        return difference == 0;
    }

    private ulong HashOf(in FlowKey masked)
    {
        var source = MemoryMarshal.Cast<FlowKey, ulong>(MemoryMarshal.CreateReadOnlySpan(in masked, 1));
        var hash = HashStart;
        foreach (var word in _words)
            hash = Mix(hash, source[word]);
        return hash;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (var entry in old)
        {
            if (entry.Entry is null)
                continue;
            var slot = HomeOf(entry.Hash);
            while (_slots[slot].Entry is not null)
                slot = slot + 1 & _slots.Length - 1;
            _slots[slot] = entry;
        }
    }

    /// <summary>The slot that a hash begins to look at.</summary>
    /// <remarks>Multiplied once more: a product carries bits only upwards, so what lies high in the last word would not reach the slot.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int HomeOf(ulong hash) => (int)(hash * HashStep >> 40) & _slots.Length - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong word) => BitOperations.RotateLeft((hash ^ word) * HashStep, 29);

    private static ReadOnlySpan<ulong> Words(in FlowMask mask) =>
        MemoryMarshal.Cast<FlowMask, ulong>(MemoryMarshal.CreateReadOnlySpan(in mask, 1));

    private readonly record struct Slot(ulong Hash, FlowEntry Entry);
}
