using System.Diagnostics;

namespace Fabric.Packets;

/// <summary>The options of an IPv4 or TCP header with their padding, as a value.</summary>
/// <remarks>
/// 0..40 bytes, a multiple of four: both headers count their length in 32-bit words up to fifteen (RFC 791, section
/// 3.1; RFC 9293, section 3.1). Compared by value; the default is none. <see cref="OptionReader"/> takes them apart.
/// </remarks>
public readonly record struct HeaderOptions
{
    /// <summary>The most bytes there can be.</summary>
    public const int MaxLength = 40;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;
    private readonly ulong _fifth;

    /// <summary>Copies options; zeros, which mean the end of the list, fill up the last word.</summary>
    /// <param name="options">At most 40 bytes.</param>
    public HeaderOptions(ReadOnlySpan<byte> options)
    {
        Debug.Assert(options.Length <= MaxLength, "a header has no room for these options");
        Span<byte> bytes = stackalloc byte[MaxLength];
        bytes.Clear();
        options.CopyTo(bytes);
        Length = (options.Length + 3) & ~3;
        _first = NetworkOrder.U64(bytes, 0);
        _second = NetworkOrder.U64(bytes, 8);
        _third = NetworkOrder.U64(bytes, 16);
        _fourth = NetworkOrder.U64(bytes, 24);
        _fifth = NetworkOrder.U64(bytes, 32);
    }

    /// <summary>Bytes, padding included: 0, 4, ... 40.</summary>
    public int Length { get; }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        Span<byte> all = stackalloc byte[MaxLength];
        NetworkOrder.Put(all, 0, _first);
        NetworkOrder.Put(all, 8, _second);
        NetworkOrder.Put(all, 16, _third);
        NetworkOrder.Put(all, 24, _fourth);
        NetworkOrder.Put(all, 32, _fifth);
        all[..Length].CopyTo(bytes);
    }
}
