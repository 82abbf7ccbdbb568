using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Fabric.Addresses;

namespace Fabric.Flows;

/// <summary>The header fields of one packet, as the Open vSwitch kernel module extracts them.</summary>
/// <remarks>
/// A mutable value of 160 bytes in host order; the default is a packet without any field. Compared by value. Pass it by
/// <c>in</c>. Simulation never reads one directly but through <see cref="ObservedKey"/>.
/// </remarks>
public struct FlowKey : IEquatable<FlowKey>
{
    internal FlowWords Words;

    /// <summary>Reads a field of up to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Get(FlowField field) => Words.Get(field);

    /// <summary>Writes a field of up to 64 bits; higher bits of the value are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(FlowField field, ulong value) => Words.Set(field, value);

    /// <summary>Reads a field of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly UInt128 GetWide(FlowField field) => Words.GetWide(field);

    /// <summary>Writes a field of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetWide(FlowField field, UInt128 value) => Words.SetWide(field, value);

    /// <summary>Reads a field of any width.</summary>
    public readonly UInt128 GetAny(FlowField field) => Words.GetAny(field);

    /// <summary>Writes a field of any width.</summary>
    public void SetAny(FlowField field, UInt128 value) => Words.SetAny(field, value);

    /// <summary>Datapath port.</summary>
    public uint InPort
    {
        readonly get => (uint)Get(FlowField.InPort);
        set => Set(FlowField.InPort, value);
    }

    /// <summary>Ethernet source.</summary>
    public MacAddress EthSrc
    {
        readonly get => new(Get(FlowField.EthSrc));
        set => Set(FlowField.EthSrc, value.Bits);
    }

    /// <summary>Ethernet destination.</summary>
    public MacAddress EthDst
    {
        readonly get => new(Get(FlowField.EthDst));
        set => Set(FlowField.EthDst, value.Bits);
    }

    /// <summary>Ethertype behind all tags.</summary>
    public ushort EthType
    {
        readonly get => (ushort)Get(FlowField.EthType);
        set => Set(FlowField.EthType, value);
    }

    /// <summary>IP protocol.</summary>
    public byte IpProto
    {
        readonly get => (byte)Get(FlowField.IpProto);
        set => Set(FlowField.IpProto, value);
    }

    /// <summary>Time to live or hop limit.</summary>
    public byte IpTtl
    {
        readonly get => (byte)Get(FlowField.IpTtl);
        set => Set(FlowField.IpTtl, value);
    }

    /// <summary>Fragment kind.</summary>
    public FragmentKind IpFrag
    {
        readonly get => (FragmentKind)Get(FlowField.IpFrag);
        set => Set(FlowField.IpFrag, (ulong)value);
    }

    /// <summary>Source port or ICMP type.</summary>
    public ushort TpSrc
    {
        readonly get => (ushort)Get(FlowField.TpSrc);
        set => Set(FlowField.TpSrc, value);
    }

    /// <summary>Destination port or ICMP code.</summary>
    public ushort TpDst
    {
        readonly get => (ushort)Get(FlowField.TpDst);
        set => Set(FlowField.TpDst, value);
    }

    /// <summary>The network addresses are IPv6: the ethertype says so.</summary>
    public readonly IpFamily Family => EthType == 0x86dd ? IpFamily.V6 : IpFamily.V4;

    /// <summary>Source, or ARP sender; its version by <see cref="Family"/>, so set the ethertype first.</summary>
    public IpAddress NwSrc
    {
        readonly get => IpAddress.Of(Family, GetWide(FlowField.NwSrc));
        set => SetWide(FlowField.NwSrc, value.Bits);
    }

    /// <summary>Destination, or ARP target; its version by <see cref="Family"/>.</summary>
    public IpAddress NwDst
    {
        readonly get => IpAddress.Of(Family, GetWide(FlowField.NwDst));
        set => SetWide(FlowField.NwDst, value.Bits);
    }

    /// <summary>This key with the wildcarded bits cleared: what a flow of that mask is looked up by.</summary>
    public readonly FlowKey Masked(in FlowMask mask)
    {
        var result = default(FlowKey);
        var target = FlowWords.Mutable(ref result.Words);
        var key = FlowWords.Span(in Words);
        var bits = FlowWords.Span(in mask.Words);
        for (var i = 0; i < target.Length; i++)
            target[i] = key[i] & bits[i];
        return result;
    }

    /// <summary>Both keys agree in every exact bit of a mask.</summary>
    public readonly bool EqualsUnder(in FlowKey other, in FlowMask mask)
    {
        var a = FlowWords.Span(in Words);
        var b = FlowWords.Span(in other.Words);
        var bits = FlowWords.Span(in mask.Words);
        ulong difference = 0;
        for (var i = 0; i < a.Length; i++)
            difference |= (a[i] ^ b[i]) & bits[i];
        return difference == 0;
    }

    /// <inheritdoc/>
    public readonly bool Equals(FlowKey other) => FlowWords.Span(in Words).SequenceEqual(FlowWords.Span(in other.Words));

    /// <inheritdoc/>
    public override readonly bool Equals([NotNullWhen(true)] object? obj) => obj is FlowKey other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        // A multiply-xor chain: keys differ in few words, and an attacker gains only a slower lookup of his own flows.
        ulong hash = 0x9e37_79b9_7f4a_7c15;
        foreach (var word in FlowWords.Span(in Words))
            hash = (hash ^ word) * 0xff51_afd7_ed55_8ccd ^ hash >> 29;
        return (int)(hash ^ hash >> 32);
    }

    /// <summary>Equal in every field.</summary>
    public static bool operator ==(in FlowKey left, in FlowKey right) => left.Equals(right);

    /// <summary>Different in some field.</summary>
    public static bool operator !=(in FlowKey left, in FlowKey right) => !left.Equals(right);

    /// <summary>The key in the notation of ovs-dpctl.</summary>
    public override readonly string ToString() => FlowText.Format(this);
}
