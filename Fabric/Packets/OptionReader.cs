namespace Fabric.Packets;

// RFC 791, section 3.1, and RFC 9293, section 3.1, have one format for the options that follow their headers:
//
//    0   1  kind: 0 end of the list, 1 no operation; these two have nothing more
//    1   1  length of the whole option, 2 or more
//    2      value

/// <summary>Takes the options of an IPv4 or TCP header apart.</summary>
/// <remarks>Whatever the bytes hold, it ends: each step takes at least one byte. Ask <see cref="IsWhole"/> once, at the end.</remarks>
public ref struct OptionReader
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;

    private ReadOnlySpan<byte> _rest;

    /// <param name="options">The bytes between the fixed header and its data.</param>
    public OptionReader(ReadOnlySpan<byte> options)
    {
        _rest = options;
        IsWhole = true;
    }

    /// <summary>No option met so far had a length that is too small or past the end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Moves to the next option that is not padding.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="value">Its value, without kind and length.</param>
    public bool TryNext(out byte kind, out ReadOnlySpan<byte> value)
    {
        while (!_rest.IsEmpty && _rest[0] == NoOperation)
            _rest = _rest[1..];
        kind = EndOfList;
        value = default;
        if (_rest.IsEmpty || _rest[0] == EndOfList)
            return false;
        var length = _rest.Length < 2 ? 0 : _rest[1];
        if (length < 2 || length > _rest.Length)
        {
            IsWhole = false;
            _rest = default;
            return false;
        }
        kind = _rest[0];
        value = _rest[2..length];
        _rest = _rest[length..];
        return true;
    }
}
