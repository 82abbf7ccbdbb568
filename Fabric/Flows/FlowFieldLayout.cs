using System.Runtime.CompilerServices;

namespace Fabric.Flows;

/// <summary>Where each field lies in the words of a key.</summary>
/// <remarks>A wide field (128 bits) takes two whole words, high half first. No two fields share a bit; a guard test holds it.</remarks>
public static class FlowFieldLayout
{
    /// <summary>Number of fields.</summary>
    public const int Count = (int)FlowField.ArpTha + 1;

    private static ReadOnlySpan<byte> Words =>
        [
            0,
            0,
            1,
            2,
            4,
            6,
            6,
            6,
            6,
            6, // InPort SkbMark TunnelId TunnelSrc TunnelDst Tos Ttl Flags TpSrc TpDst
            7,
            7,
            8,
            8,
            8,
            9,
            9,
            9,
            9, // EthSrc EthType EthDst IpProto IpTos VlanTpid VlanTci CvlanTpid CvlanTci
            10,
            10,
            10,
            10,
            10,
            11,
            13, // TpSrc TpDst TcpFlags IpTtl IpFrag NwSrc NwDst
            15,
            15,
            16,
            18,
            19, // Ipv6Label ArpOp NdTarget ArpSha ArpTha
        ];

    private static ReadOnlySpan<byte> Shifts =>
        [32, 0, 0, 0, 0, 56, 48, 32, 16, 0, 16, 0, 16, 8, 0, 48, 32, 16, 0, 48, 32, 16, 8, 0, 0, 0, 32, 16, 0, 0, 0];

    private static ReadOnlySpan<byte> Widths =>
        [32, 32, 64, 128, 128, 8, 8, 16, 16, 16, 48, 16, 48, 8, 8, 16, 16, 16, 16, 16, 16, 16, 8, 8, 128, 128, 32, 16, 128, 48, 48];

    /// <summary>Index of the field's word; for a wide field, of its high half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WordOf(FlowField field) => Words[(int)field];

    /// <summary>How far the field's lowest bit lies from the word's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ShiftOf(FlowField field) => Shifts[(int)field];

    /// <summary>The field's size in bits: 8..64, or 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WidthOf(FlowField field) => Widths[(int)field];

    /// <summary>The field takes two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWide(FlowField field) => WidthOf(field) == 128;

    /// <summary>A value with all bits of a narrow field set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OnesOf(FlowField field) => ulong.MaxValue >> (64 - WidthOf(field));

    /// <summary>A value with all bits of any field set.</summary>
    public static UInt128 AllOf(FlowField field) => UInt128.MaxValue >> (128 - WidthOf(field));
}
