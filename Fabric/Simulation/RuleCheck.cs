using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>One question about a packet, as compiled from a condition.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Field">Range, Set: the field.</param>
/// <param name="Word">Bits, Range: index of the key's word.</param>
/// <param name="Value">Bits: what they should be, in place. Range: the lowest, in place. Else: an id, or an index into the program's lists.</param>
/// <param name="Bits">Bits: those that count, in place. Range: the highest, in place. Traversed: the device's kind.</param>
/// <remarks>Equal checks have equal answers as long as nothing is rewritten.</remarks>
internal readonly record struct RuleCheck(RuleCheckKind Kind, FlowField Field, byte Word, ulong Value, ulong Bits)
{
    /// <summary>Bits of a narrow field have a value.</summary>
    public static RuleCheck Masked(FlowField field, ulong value, ulong bits)
    {
        var shift = FlowFieldLayout.ShiftOf(field);
        return new RuleCheck(RuleCheckKind.Bits, default, (byte)FlowFieldLayout.WordOf(field), (value & bits) << shift, bits << shift);
    }

    /// <summary>A whole narrow field has a value.</summary>
    public static RuleCheck Exactly(FlowField field, ulong value) => Masked(field, value, FlowFieldLayout.OnesOf(field));

    /// <summary>Bits of the high half of a wide field have a value.</summary>
    public static RuleCheck High(FlowField field, ulong value, ulong bits) =>
        new(RuleCheckKind.Bits, default, (byte)FlowFieldLayout.WordOf(field), value & bits, bits);

    /// <summary>Bits of the low half of a wide field have a value.</summary>
    public static RuleCheck Low(FlowField field, ulong value, ulong bits) =>
        new(RuleCheckKind.Bits, default, (byte)(FlowFieldLayout.WordOf(field) + 1), value & bits, bits);

    /// <summary>A narrow field lies in a range.</summary>
    public static RuleCheck Within(FlowField field, ulong first, ulong last)
    {
        var shift = FlowFieldLayout.ShiftOf(field);
        return new RuleCheck(RuleCheckKind.Range, field, (byte)FlowFieldLayout.WordOf(field), first << shift, last << shift);
    }

    /// <summary>A field's address is in a set.</summary>
    public static RuleCheck Member(FlowField field, ulong set) => new(RuleCheckKind.Set, field, 0, set, 0);

    /// <summary>A question about an id, or an entry of the program's lists.</summary>
    public static RuleCheck Of(RuleCheckKind kind, ulong value = 0, ulong detail = 0) => new(kind, default, 0, value, detail);

    /// <summary>This compares the same bits as another check, maybe with another value.</summary>
    public bool IsAlike(in RuleCheck other) =>
        Kind == RuleCheckKind.Bits && other.Kind == RuleCheckKind.Bits && Word == other.Word && Bits == other.Bits;
}
