using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fabric.Flows;

/// <summary>The only way by which simulation reads a packet's headers: every read widens the mask.</summary>
/// <remarks>
/// <para>
/// Holds the packet as it came in, the packet as rewritten so far, and the mask of original bits that any decision has
/// depended on. Bits written since hold constants (or values derived from bits observed when they were written), so
/// reading those records nothing. A failed comparison is a read as well: it records the bits from the top of the field
/// to the first that differs, which is enough to fail again.
/// </para>
/// <para>One instance serves one thread, packet after packet, and allocates nothing.</para>
/// </remarks>
public sealed class ObservedKey
{
    /// <summary>How many sorts of comparisons a row may hold.</summary>
    internal const int MaxSearches = 8;

    private FlowKey original;
    private FlowKey frame;
    private FlowKey current;
    private FlowMask written;
    private FlowMask mask;

    /// <summary>The packet as it came in. For rewriting and traces, never for decisions.</summary>
    public ref readonly FlowKey Original => ref original;

    /// <summary>The packet as its bytes are, which are to be rewritten to what it is now: as it came in, unless it became one of the other IP version.</summary>
    public ref readonly FlowKey Frame => ref frame;

    /// <summary>The packet as rewritten so far. For rewriting and traces, never for decisions.</summary>
    public ref readonly FlowKey Current => ref current;

    /// <summary>The bits that were written since the packet came in.</summary>
    public ref readonly FlowMask Written => ref written;

    /// <summary>The original bits that decisions so far depend on.</summary>
    public ref readonly FlowMask Mask => ref mask;

    /// <summary>Starts on a new packet with an empty mask.</summary>
    public void Reset(in FlowKey key)
    {
        original = key;
        frame = key;
        current = key;
        written = default;
        mask = default;
    }

    /// <summary>Makes another packet of this one, by bytes that no action makes of it: what came in is all observed, and rewriting begins anew.</summary>
    /// <param name="bytes">The packet as its bytes are from now on.</param>
    /// <param name="wanted">The packet as it is from now on.</param>
    public void Become(in FlowKey bytes, in FlowKey wanted)
    {
        frame = bytes;
        current = wanted;
        FlowWords.Mutable(ref mask.Words).Fill(ulong.MaxValue);
        var difference = FlowWords.Mutable(ref written.Words);
        for (var i = 0; i < difference.Length; i++)
            difference[i] = frame.Words[i] ^ current.Words[i];
    }

    /// <summary>Forgets all rewrites: the packet is as it came in.</summary>
    public void Return()
    {
        frame = original;
        current = original;
        written = default;
    }

    /// <summary>Observes and returns a whole field of up to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read(FlowField field)
    {
        Observe(field, FlowFieldLayout.OnesOf(field));
        return current.Get(field);
    }

    /// <summary>Observes and returns a whole field of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UInt128 ReadWide(FlowField field)
    {
        ObserveWide(field, UInt128.MaxValue);
        return current.GetWide(field);
    }

    /// <summary>Observes and returns some bits of a narrow field; the others are zero.</summary>
    public ulong ReadBits(FlowField field, ulong bits)
    {
        Observe(field, bits);
        return current.Get(field) & bits;
    }

    /// <summary>Compares some bits of a narrow field with a value.</summary>
    /// <param name="field">A field of up to 64 bits.</param>
    /// <param name="value">What the bits should be; bits outside <paramref name="bits"/> must be zero.</param>
    /// <param name="bits">The bits that count.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(FlowField field, ulong value, ulong bits)
    {
        var difference = (current.Get(field) ^ value) & bits;
        // The bits from the top to the first difference inclusive; all of them when there is none.
        var seen = difference == 0 ? bits : bits & ulong.MaxValue << BitOperations.Log2(difference);
        Observe(field, seen);
        return difference == 0;
    }

    /// <summary>Compares some bits of a wide field with a value.</summary>
    public bool MatchesWide(FlowField field, UInt128 value, UInt128 bits)
    {
        var difference = (current.GetWide(field) ^ value) & bits;
        var seen = difference == UInt128.Zero ? bits : bits & UInt128.MaxValue << (127 - (int)UInt128.LeadingZeroCount(difference));
        ObserveWide(field, seen);
        return difference == UInt128.Zero;
    }

    /// <summary>Tells whether a narrow field lies in a range, observing the shortest prefix that decides it.</summary>
    /// <param name="field">A field of up to 32 bits.</param>
    /// <param name="first">Lowest value within.</param>
    /// <param name="last">Highest value within.</param>
    public bool InRange(FlowField field, ulong first, ulong last)
    {
        var shift = FlowFieldLayout.ShiftOf(field);
        return InRangeOfWord(field, FlowFieldLayout.WordOf(field), first << shift, last << shift);
    }

    /// <summary>As <see cref="InRange"/>, with the bounds at their place in the field's word; for compiled rules.</summary>
    internal bool InRangeOfWord(FlowField field, int word, ulong first, ulong last)
    {
        var ones = FlowFieldLayout.OnesOf(field) << FlowFieldLayout.ShiftOf(field);
        var value = current.Words[word] & ones;
        // How many low bits may be free: of a block of values around this one, the largest that lies wholly within, or wholly without.
        var free =
            value < first ? BitOperations.Log2(value ^ first)
            : value > last ? BitOperations.Log2(value ^ last)
            : Math.Min(FreeAbove(value, first), FreeAbove(~value & ones, ~last & ones));
        if (free < 64)
            ObserveWord(word, ones & ulong.MaxValue << free);
        return value >= first && value <= last;
    }

    /// <summary>The size, in bits, of the largest aligned block around a value that holds nothing below a bound.</summary>
    private static int FreeAbove(ulong value, ulong bound)
    {
        var divergence = value == bound ? 0 : BitOperations.Log2(value ^ bound);
        return Math.Max(divergence, BitOperations.TrailingZeroCount(bound));
    }

    /// <summary>Compares some bits of one word of the key, all of one field, with a value; for compiled rules.</summary>
    /// <param name="word">Index of the word, see <see cref="FlowFieldLayout.WordOf"/>.</param>
    /// <param name="value">What the bits should be, at their place in the word; bits outside <paramref name="bits"/> must be zero.</param>
    /// <param name="bits">The bits that count, at their place in the word.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MatchesWord(int word, ulong value, ulong bits)
    {
        var difference = (current.Words[word] ^ value) & bits;
        var seen = difference == 0 ? bits : bits & ulong.MaxValue << BitOperations.Log2(difference);
        ObserveWord(word, seen);
        return difference == 0;
    }

    /// <summary>Goes through a row of comparisons up to the first that holds; for compiled rules.</summary>
    /// <param name="searches">The comparisons of the row, sorted by what they compare; <see cref="MaxSearches"/> at most.</param>
    /// <returns>The place of that one in the row, or <see cref="WordSearch.Nowhere"/>. Observed is what comparing one by one would have.</returns>
    internal int FindFirst(ReadOnlySpan<WordSearch> searches)
    {
        Span<ulong> seen = stackalloc ulong[MaxSearches];
        var first = WordSearch.Nowhere;
        for (var i = 0; i < searches.Length; i++)
            first = Math.Min(first, searches[i].PlaceOf(current.Words[searches[i].Word], out seen[i]));
        for (var i = 0; i < searches.Length; i++)
        {
            var word = searches[i].Word;
            ObserveWord(word, first == WordSearch.Nowhere ? seen[i] : searches[i].SeenUpTo(first, current.Words[word]));
        }
        return first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ObserveWord(int word, ulong bits)
    {
        var fresh = bits & ~(written.Words[word] | mask.Words[word]);
        // Rule after rule observes the same bits: not to store them again spares the next from waiting for the store.
        if (fresh != 0)
            mask.Words[word] |= fresh;
    }

    /// <summary>Makes bits of a narrow field exact without returning them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(FlowField field, ulong bits)
    {
        var word = FlowFieldLayout.WordOf(field);
        mask.Words[word] |= bits << FlowFieldLayout.ShiftOf(field) & ~written.Words[word];
    }

    /// <summary>Makes bits of a wide field exact without returning them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ObserveWide(FlowField field, UInt128 bits)
    {
        var word = FlowFieldLayout.WordOf(field);
        mask.Words[word] |= (ulong)(bits >> 64) & ~written.Words[word];
        mask.Words[word + 1] |= (ulong)bits & ~written.Words[word + 1];
    }

    /// <summary>Makes the original bits of a field exact although it was written: for a rewrite that restores them.</summary>
    public void ObserveOriginal(FlowField field) => mask.AddWhole(field);

    /// <summary>Rewrites a whole field. What the value was derived from must have been observed.</summary>
    public void Write(FlowField field, ulong value)
    {
        current.Set(field, value);
        written.Words[FlowFieldLayout.WordOf(field)] |= FlowFieldLayout.OnesOf(field) << FlowFieldLayout.ShiftOf(field);
    }

    /// <summary>Rewrites a whole field of 128 bits.</summary>
    public void WriteWide(FlowField field, UInt128 value)
    {
        var word = FlowFieldLayout.WordOf(field);
        current.SetWide(field, value);
        written.Words[word] = ulong.MaxValue;
        written.Words[word + 1] = ulong.MaxValue;
    }

    /// <summary>Gives a field that the packet lacks another value: it is told by that elsewhere, and nothing is rewritten.</summary>
    public void Presume(FlowField field, ulong value) => current.Set(field, value);

    /// <summary>The rewrites so far, to go back to after a branch.</summary>
    public Rewrites Save() => new(current, written);

    /// <summary>Goes back to earlier rewrites; the mask stays, since the branch's decisions were made.</summary>
    public void Restore(in Rewrites saved)
    {
        current = saved.Key;
        written = saved.Written;
    }

    /// <summary>The packet as rewritten at one point, and which bits of it were written.</summary>
    /// <param name="Key">The packet.</param>
    /// <param name="Written">The bits that were written.</param>
    /// <remarks>Its members are fields, for a property of this size would be copied at each use.</remarks>
    public readonly record struct Rewrites(FlowKey Key, FlowMask Written)
    {
        /// <summary>The packet.</summary>
        public readonly FlowKey Key = Key;

        /// <summary>The bits that were written.</summary>
        public readonly FlowMask Written = Written;
    }
}
