using System.Numerics;

namespace Fabric.Flows;

/// <summary>Some of the comparisons of a row: those of the same bits of one word with values, each with its place in the row.</summary>
/// <remarks>Immutable; any thread. Of equal values the first in the row counts, since the others are never met.</remarks>
internal sealed class WordSearch
{
    /// <summary>The place of a value that is not in the row.</summary>
    public const int Nowhere = int.MaxValue;

    private readonly ulong[] _values;
    private readonly int[] _places;

    /// <summary>Makes the comparisons ready to be searched.</summary>
    /// <param name="word">Index of the word, see <see cref="FlowFieldLayout.WordOf"/>.</param>
    /// <param name="bits">The bits that count, at their place in the word, all of one field.</param>
    /// <param name="comparisons">What the bits might be, and the place in the row, in the order of the row; other bits must be zero.</param>
    public WordSearch(int word, ulong bits, IEnumerable<(ulong Value, int Place)> comparisons)
    {
        Word = word;
        Bits = bits;
        var distinct = comparisons.DistinctBy(comparison => comparison.Value).OrderBy(comparison => comparison.Value).ToArray();
        _values = [.. distinct.Select(comparison => comparison.Value)];
        _places = [.. distinct.Select(comparison => comparison.Place)];
    }

    /// <summary>Index of the word that is compared.</summary>
    public int Word { get; }

    /// <summary>The bits of it that count.</summary>
    public ulong Bits { get; }

    /// <summary>Finds the comparison that holds.</summary>
    /// <param name="word">The packet's word.</param>
    /// <param name="seen">The bits that all comparisons together have looked at.</param>
    /// <returns>Its place in the row, or <see cref="Nowhere"/>.</returns>
    public int PlaceOf(ulong word, out ulong seen)
    {
        var value = word & Bits;
        var found = _values.AsSpan().BinarySearch(value);
        if (found >= 0)
        {
            seen = Bits;
            return _places[found];
        }
        // Of all values those next to it share the most leading bits with it.
        var above = ~found < _values.Length ? BitOperations.Log2(value ^ _values[~found]) : int.MaxValue;
        var below = ~found > 0 ? BitOperations.Log2(value ^ _values[~found - 1]) : int.MaxValue;
        seen = Bits & ulong.MaxValue << Math.Min(above, below);
        return Nowhere;
    }

    /// <summary>The bits that the comparisons up to a place, inclusive, have looked at.</summary>
    public ulong SeenUpTo(int place, ulong word)
    {
        ulong differences = 0;
        for (var i = 0; i < _values.Length; i++)
        {
            if (_places[i] > place)
                continue;
            var difference = (word ^ _values[i]) & Bits;
            if (difference == 0)
                return Bits;
            differences |= 1UL << BitOperations.Log2(difference);
        }
        // The comparison that differs last has looked the furthest.
        return differences == 0 ? 0 : Bits & ulong.MaxValue << BitOperations.TrailingZeroCount(differences);
    }
}
