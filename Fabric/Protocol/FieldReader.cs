namespace Fabric.Protocol;

/// <summary>Goes through fields that a <see cref="FieldWriter"/> wrote, or that anybody claims it did.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Takes the next field; false means that the bytes end within it.</summary>
    public bool TryNext(out int field, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (
            !TryGroups(ref _rest, out var number) | !TryGroups(ref _rest, out var length)
            || number > int.MaxValue
            || length > (uint)_rest.Length
        )
        {
            field = 0;
            return false;
        }
        field = (int)number;
        content = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>Takes the next field if it has a number; false leaves everything as it is.</summary>
    public bool TryNextOf(int wanted, out ReadOnlySpan<byte> content)
    {
        var ahead = this;
        if (!ahead.TryNext(out var field, out content) || field != wanted)
            return false;
        this = ahead;
        return true;
    }

    /// <summary>Takes a number in groups of seven bits, written in the fewest, off the front.</summary>
    public static bool TryGroups(ref ReadOnlySpan<byte> bytes, out uint value)
    {
        ulong sum = 0;
        for (var i = 0; i < bytes.Length && i < 5; i++)
        {
            sum |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if ((bytes[i] & 0x80) != 0)
                continue;
            value = (uint)sum;
            var isShortest = i == 0 || bytes[i] != 0;
            bytes = bytes[(i + 1)..];
            return isShortest && sum <= uint.MaxValue;
        }
        value = 0;
        return false;
    }
}
