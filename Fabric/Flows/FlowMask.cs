using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Fabric.Flows;

/// <summary>Which bits of a key are exact (set) and which are wildcards (clear).</summary>
/// <remarks>A mutable value of 160 bytes laid out as <see cref="FlowKey"/>; the default matches every packet. Compared by value.</remarks>
public struct FlowMask : IEquatable<FlowMask>
{
    internal FlowWords Words;

    /// <summary>The exact bits of a field of up to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Get(FlowField field) => Words.Get(field);

    /// <summary>The exact bits of a field of any width.</summary>
    public readonly UInt128 GetAny(FlowField field) => Words.GetAny(field);

    /// <summary>Replaces the exact bits of a field.</summary>
    public void SetAny(FlowField field, UInt128 bits) => Words.SetAny(field, bits);

    /// <summary>Makes bits of a field exact, beside those that are.</summary>
    public void Add(FlowField field, UInt128 bits) => Words.SetAny(field, Words.GetAny(field) | bits);

    /// <summary>Makes a whole field exact.</summary>
    public void AddWhole(FlowField field) => Words.SetAny(field, FlowFieldLayout.AllOf(field));

    /// <summary>Every bit of the field is exact.</summary>
    public readonly bool IsExact(FlowField field) => GetAny(field) == FlowFieldLayout.AllOf(field);

    /// <summary>No bit of the field is exact.</summary>
    public readonly bool IsWildcard(FlowField field) => GetAny(field) == UInt128.Zero;

    /// <summary>Every exact bit of the other is exact here: whatever this mask admits, the other admits too.</summary>
    public readonly bool Covers(in FlowMask other)
    {
        var a = FlowWords.Span(in Words);
        var b = FlowWords.Span(in other.Words);
        ulong missing = 0;
        for (var i = 0; i < a.Length; i++)
            missing |= b[i] & ~a[i];
        return missing == 0;
    }

    /// <summary>The bits that are exact in either.</summary>
    public static FlowMask operator |(in FlowMask left, in FlowMask right)
    {
        var result = left;
        var target = FlowWords.Mutable(ref result.Words);
        var other = FlowWords.Span(in right.Words);
        for (var i = 0; i < target.Length; i++)
            target[i] |= other[i];
        return result;
    }

    /// <summary>A mask whose every bit is exact.</summary>
    public static FlowMask Exact
    {
        get
        {
            var mask = default(FlowMask);
            for (var i = 0; i < FlowFieldLayout.Count; i++)
                mask.AddWhole((FlowField)i);
            return mask;
        }
    }

    /// <inheritdoc/>
    public readonly bool Equals(FlowMask other) => FlowWords.Span(in Words).SequenceEqual(FlowWords.Span(in other.Words));

    /// <inheritdoc/>
    public override readonly bool Equals([NotNullWhen(true)] object? obj) => obj is FlowMask other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => new FlowKey { Words = Words }.GetHashCode();

    /// <summary>Equal in every bit.</summary>
    public static bool operator ==(in FlowMask left, in FlowMask right) => left.Equals(right);

    /// <summary>Different in some bit.</summary>
    public static bool operator !=(in FlowMask left, in FlowMask right) => !left.Equals(right);
}
