namespace Fabric.Protocol;

/// <summary>One of several types, told apart by a number before the content.</summary>
/// <remarks>Numbers are never reused and never change their meaning; a new case gets the next number and the next <see cref="CodecLevel"/>.</remarks>
/// <typeparam name="T">What the types have in common.</typeparam>
/// <param name="noun">What it is called in faults.</param>
internal sealed class Union<T>(string noun) : FieldCodec<T>
    where T : class
{
    private readonly Dictionary<uint, ICase> _byNumber = [];
    private readonly Dictionary<Type, ICase> _byType = [];

    private interface ICase
    {
        void Write(FieldWriter writer, T value);

        bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value);
    }

    /// <summary>The types that have a case.</summary>
    public IEnumerable<Type> Types => _byType.Keys;

    /// <summary>Adds a case.</summary>
    public Union<T> Case<V>(uint number, FieldCodec<V> codec, int since = CodecLevel.First)
        where V : T
    {
        var added = new OneCase<V>(number, codec, since);
        _byNumber.Add(number, added);
        _byType.Add(typeof(V), added);
        return this;
    }

    public override bool IsDefault(T value) => value is null;

    public override void Write(FieldWriter writer, T value) => _byType[value.GetType()].Write(writer, value);

    public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value)
    {
        value = null!;
        if (!FieldReader.TryGroups(ref content, out var number))
            return context.Fail(CodecFaultKind.Truncated, noun);
        if (!_byNumber.TryGetValue(number, out var one))
            return context.Fail(CodecFaultKind.UnknownKind, noun);
        return one.TryRead(content, ref context, out value);
    }

    private sealed class OneCase<V>(uint number, FieldCodec<V> codec, int since) : ICase
        where V : T
    {
        public void Write(FieldWriter writer, T value)
        {
            writer.Require(since);
            writer.Groups(number);
            codec.Write(writer, (V)value);
        }

        public bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value)
        {
            var isRead = codec.TryRead(content, ref context, out var found);
            value = found;
            return isRead;
        }
    }
}
