using System.Runtime.InteropServices;
using System.Text;

namespace Fabric.Agent.Netlink;

/// <summary>Walks over attributes without copying: Next, then Type and one of the values.</summary>
/// <remarks>
/// Errors stick: after the first one Next says false, values are empty or 0, and <see cref="Problem"/> tells which it was.
/// Ask once, at the end. Unknown types are skipped by not asking for their value, and a value longer than its type is read
/// by its known start, because newer kernels append fields.
/// </remarks>
public ref struct NetlinkReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;
    private ReadOnlySpan<byte> _value;
    private ushort _rawType;

    /// <summary>The first thing that was wrong, or None.</summary>
    public NetlinkProblem Problem { get; private set; }

    /// <summary>The current attribute's type without its flag bits.</summary>
    public readonly ushort Type => (ushort)(_rawType & NetlinkFormat.TypeMask);

    /// <summary>Whether the kernel marked the value as attributes in turn. Older families do not mark them.</summary>
    public readonly bool IsNested => (_rawType & NetlinkFormat.NestedFlag) != 0;

    /// <summary>The current attribute's value without padding.</summary>
    public readonly ReadOnlySpan<byte> Value => _value;

    /// <summary>Moves to the next attribute.</summary>
    /// <returns>False at the end, or once something was wrong.</returns>
    public bool Next()
    {
        _value = default;
        _rawType = 0;
        if (_rest.IsEmpty || Problem != NetlinkProblem.None)
        {
            return false;
        }
        if (_rest.Length < NetlinkFormat.AttributeHeaderBytes)
        {
            return Fail(NetlinkProblem.AttributeHeaderCut);
        }
        var length = MemoryMarshal.Read<ushort>(_rest);
        if (length < NetlinkFormat.AttributeHeaderBytes)
        {
            return Fail(NetlinkProblem.AttributeLengthTooSmall);
        }
        if (length > _rest.Length)
        {
            return Fail(NetlinkProblem.AttributeCut);
        }
        _rawType = MemoryMarshal.Read<ushort>(_rest[NetlinkFormat.AttributeTypeOffset..]);
        _value = _rest[NetlinkFormat.AttributeHeaderBytes..length];
        // The last attribute may come without its padding.
        _rest = _rest[Math.Min(NetlinkFormat.Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>The value as a number or a struct of the kernel, in the host's order.</summary>
    /// <returns>Default, and <see cref="NetlinkProblem.ValueTooShort"/>, if the value has fewer bytes than that.</returns>
    public T Read<T>()
        where T : unmanaged
    {
        if (MemoryMarshal.TryRead<T>(_value, out var number))
        {
            return number;
        }
        Fail(NetlinkProblem.ValueTooShort);
        return default;
    }

    /// <summary>The value's first bytes: an address, or a number in network order.</summary>
    /// <returns>Exactly so many bytes; zeroes, and <see cref="NetlinkProblem.ValueTooShort"/>, if there are fewer.</returns>
    public ReadOnlySpan<byte> ReadBytes(int lengthBytes)
    {
        if (_value.Length >= lengthBytes)
        {
            return _value[..lengthBytes];
        }
        Fail(NetlinkProblem.ValueTooShort);
        return new byte[lengthBytes];
    }

    /// <summary>The value as text up to its first NUL byte.</summary>
    public readonly string ReadText()
    {
        var end = _value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? _value : _value[..end]);
    }

    /// <summary>A reader of the value's own attributes. Give it back to <see cref="Leave"/> when done.</summary>
    public readonly NetlinkReader Enter() => new(_value);

    /// <summary>Takes over what went wrong inside a nested value.</summary>
    public void Leave(NetlinkReader nested)
    {
        if (nested.Problem != NetlinkProblem.None)
        {
            Fail(nested.Problem);
        }
    }

    private bool Fail(NetlinkProblem problem)
    {
        if (Problem == NetlinkProblem.None)
        {
            Problem = problem;
        }
        return false;
    }
}
