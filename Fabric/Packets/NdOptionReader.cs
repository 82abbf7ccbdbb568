using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 4861, section 4.6, Option Formats:
//
//    0   1  type: 1 source link-layer address, 2 target link-layer address, 3 prefix information, 4 redirected header, 5 MTU
//    1   1  length of the whole option in units of 8 bytes, not 0
//    2      value; a link-layer address of Ethernet is 6 bytes (RFC 2464, section 6)

/// <summary>The types of neighbor discovery options (RFC 4861, section 4.6).</summary>
public static class NdOption
{
    public const byte SourceLinkLayer = 1;
    public const byte TargetLinkLayer = 2;
    public const byte Prefix = 3;
    public const byte RedirectedHeader = 4;
    public const byte Mtu = 5;

    /// <summary>Options are multiples of this.</summary>
    internal const int Unit = 8;

    internal const int ValueAt = 2;

    /// <summary>Bytes of a link-layer address option.</summary>
    internal const int LinkLayerLength = 8;

    /// <summary>Writes a link-layer address option.</summary>
    internal static void Write(Span<byte> option, byte type, MacAddress mac)
    {
        option[0] = type;
        option[1] = LinkLayerLength / Unit;
        NetworkOrder.Put(option, ValueAt, mac);
    }
}

/// <summary>Takes the options of a neighbor discovery message apart.</summary>
/// <remarks>Whatever the bytes hold, it ends: each step takes at least eight bytes. Ask <see cref="IsWhole"/> once, at the end.</remarks>
public ref struct NdOptionReader
{
    private ReadOnlySpan<byte> _rest;

    /// <param name="options">The bytes behind the message's fixed part.</param>
    public NdOptionReader(ReadOnlySpan<byte> options)
    {
        _rest = options;
        IsWhole = true;
    }

    /// <summary>No option met so far had a length of zero or past the end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Moves to the next option.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="value">Its value, without type and length: 6, 14, ... bytes.</param>
    public bool TryNext(out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (_rest.IsEmpty)
            return false;
        var length = _rest.Length < NdOption.Unit ? 0 : _rest[1] * NdOption.Unit;
        if (length == 0 || length > _rest.Length)
        {
            IsWhole = false;
            _rest = default;
            return false;
        }
        type = _rest[0];
        value = _rest[NdOption.ValueAt..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>The first Ethernet address among the options of a type.</summary>
    /// <param name="options">The bytes behind the message's fixed part.</param>
    /// <param name="type"><see cref="NdOption.SourceLinkLayer"/> or <see cref="NdOption.TargetLinkLayer"/>.</param>
    /// <param name="isWhole">Every option of the message has a legal length (RFC 4861, section 7.1).</param>
    internal static MacAddress? FindLinkLayer(ReadOnlySpan<byte> options, byte type, out bool isWhole)
    {
        MacAddress? found = null;
        var reader = new NdOptionReader(options);
        while (reader.TryNext(out var kind, out var value))
        {
            if (kind == type && value.Length == NdOption.LinkLayerLength - NdOption.ValueAt)
                found ??= NetworkOrder.Mac(value, 0);
        }
        isWhole = reader.IsWhole;
        return found;
    }
}
