using System.Collections.Immutable;

namespace Fabric.Protocol;

/// <summary>The fields of one type: their numbers, and how each is written and read. The type's layout on one screen.</summary>
/// <remarks>
/// A field that has its default is left out. Numbers are never reused and never change their meaning; a new field gets the next number and the
/// next <see cref="CodecLevel"/>. Fields stand in the order of their numbers, so that equal values are equal bytes. Made once, then only read.
/// </remarks>
/// <typeparam name="T">The type; immutable, so each field read makes the next value.</typeparam>
/// <param name="noun">What it is called in faults.</param>
/// <param name="blank">The value before any field is read.</param>
internal sealed partial class Layout<T>(string noun, T blank) : FieldCodec<T>
{
    // By number; few are left out.
    private readonly List<Field?> _fields = [];
    private int _required;

    /// <summary>A field that may be left out.</summary>
    public Layout<T> Optional<V>(int number, FieldCodec<V> codec, Func<T, V> get, Func<T, V, T> set, int since = CodecLevel.First)
    {
        return Add(number, new SingleField<V>(number, codec, get, set, since) { IsRequired = false });
    }

    /// <summary>A field that is always there.</summary>
    public Layout<T> Required<V>(int number, FieldCodec<V> codec, Func<T, V> get, Func<T, V, T> set, int since = CodecLevel.First)
    {
        return Add(number, new SingleField<V>(number, codec, get, set, since) { IsRequired = true });
    }

    /// <summary>A field that stands as often as there are members, in their order.</summary>
    public Layout<T> Repeated<V>(
        int number,
        FieldCodec<V> codec,
        Func<T, IEnumerable<V>> get,
        Func<T, ImmutableArray<V>, T> set,
        int since = CodecLevel.First
    )
    {
        return Add(number, new RepeatedField<V>(number, codec, get, set, since));
    }

    public override bool IsDefault(T value) => value is null;

    public override void Write(FieldWriter writer, T value)
    {
        foreach (var field in _fields)
            field?.Write(writer, value);
    }

    public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value)
    {
        value = blank;
        if (++context.Depth > ReadContext.MaxDepth)
            return context.Fail(CodecFaultKind.TooDeep, noun);
        var reader = new FieldReader(content);
        var last = 0;
        var missing = _required;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryNext(out var number, out var part))
                return context.Fail(CodecFaultKind.Truncated, noun);
            if (number <= last || number >= _fields.Count || _fields[number] is not { } field)
                return context.Fail(CodecFaultKind.UnknownField, $"field {number} of {noun}");
            if (!field.TryRead(part, ref reader, ref context, ref value))
                return context.Fail(CodecFaultKind.BadValue, $"field {number} of {noun}");
            missing -= field.IsRequired ? 1 : 0;
            last = number;
        }
        context.Depth--;
        return missing == 0 || context.Fail(CodecFaultKind.Missing, noun);
    }

    private Layout<T> Add(int number, Field field)
    {
        while (_fields.Count <= number)
            _fields.Add(null);
        if (_fields[number] is not null)
            throw new ArgumentException($"field {number} of {noun} is there already", nameof(number));
        _fields[number] = field;
        _required += field.IsRequired ? 1 : 0;
        return this;
    }
}
