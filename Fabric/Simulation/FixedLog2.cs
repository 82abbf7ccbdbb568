using System.Numerics;

namespace Fabric.Simulation;

/// <summary>The binary logarithm as a fixed-point number, the same on every machine.</summary>
/// <remarks>
/// Floating-point logarithms come from a library and may differ in their last bit between machines, and then two nodes would
/// choose differently. Exact at powers of two; elsewhere at most 3e-6 too low, the error of straight lines between 257 points.
/// </remarks>
public static class FixedLog2
{
    /// <summary>Bits behind the point.</summary>
    public const int FractionBits = 32;

    private const int IndexBits = 8;

    private static readonly ulong[] Points = MakePoints();

    /// <summary>The logarithm of a number from 1 on: 0..64 with <see cref="FractionBits"/> bits behind the point.</summary>
    public static ulong Of(ulong value)
    {
        var exponent = BitOperations.Log2(value);
        // The leading one at bit 63; below it the index, below that 32 bits of the way to the next point.
        var aligned = value << (63 - exponent);
        var index = (int)(aligned >> (63 - IndexBits)) & (1 << IndexBits) - 1;
        var way = aligned >> (63 - IndexBits - 32) & uint.MaxValue;
        var step = (Points[index + 1] - Points[index]) * way >> 32;
        return ((ulong)exponent << FractionBits) + Points[index] + step;
    }

    /// <summary>log2(1 + i / 256) for i = 0..256: squaring a number doubles its logarithm, whose next bit is then before the point.</summary>
    private static ulong[] MakePoints()
    {
        const int One = 62;
        var points = new ulong[(1 << IndexBits) + 1];
        for (var i = 0; i < 1 << IndexBits; i++)
        {
            var number = (1UL << One) + ((ulong)i << (One - IndexBits));
            for (var bit = FractionBits - 1; bit >= 0; bit--)
            {
                number = (ulong)((UInt128)number * number >> One);
                if (number >> (One + 1) == 0)
                    continue;
                points[i] |= 1UL << bit;
                number >>= 1;
            }
        }
        points[^1] = 1UL << FractionBits;
        return points;
    }
}
