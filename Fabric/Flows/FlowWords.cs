using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fabric.Flows;

/// <summary>The words that a key and a mask are made of, so that masking, merging and comparing are a few vector operations.</summary>
[InlineArray(Count)]
internal struct FlowWords
{
    /// <summary>Words in a key: 160 bytes, five 256-bit vectors.</summary>
    public const int Count = 20;

    private ulong first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Get(FlowField field) =>
        this[FlowFieldLayout.WordOf(field)] >> FlowFieldLayout.ShiftOf(field) & FlowFieldLayout.OnesOf(field);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(FlowField field, ulong value)
    {
        var ones = FlowFieldLayout.OnesOf(field);
        var shift = FlowFieldLayout.ShiftOf(field);
        ref var word = ref this[FlowFieldLayout.WordOf(field)];
        word = word & ~(ones << shift) | (value & ones) << shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly UInt128 GetWide(FlowField field)
    {
        var word = FlowFieldLayout.WordOf(field);
        return new UInt128(this[word], this[word + 1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetWide(FlowField field, UInt128 value)
    {
        var word = FlowFieldLayout.WordOf(field);
        this[word] = (ulong)(value >> 64);
        this[word + 1] = (ulong)value;
    }

    public readonly UInt128 GetAny(FlowField field) => FlowFieldLayout.IsWide(field) ? GetWide(field) : Get(field);

    public void SetAny(FlowField field, UInt128 value)
    {
        if (FlowFieldLayout.IsWide(field))
            SetWide(field, value);
        else
            Set(field, (ulong)value);
    }

    public static ReadOnlySpan<ulong> Span(in FlowWords words) => MemoryMarshal.CreateReadOnlySpan(in words.first, Count);

    public static Span<ulong> Mutable(ref FlowWords words) => MemoryMarshal.CreateSpan(ref words.first, Count);
}
