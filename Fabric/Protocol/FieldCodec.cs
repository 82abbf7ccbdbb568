namespace Fabric.Protocol;

/// <summary>Writes and reads the content of one field.</summary>
/// <typeparam name="T">What the content is of.</typeparam>
internal abstract class FieldCodec<T>
{
    /// <summary>A field that may be left out is left out for this value.</summary>
    public virtual bool IsDefault(T value) => EqualityComparer<T>.Default.Equals(value, default);

    /// <summary>Writes the content.</summary>
    public abstract void Write(FieldWriter writer, T value);

    /// <summary>Reads the content, all of it; false leaves a fault in the context.</summary>
    public abstract bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value);
}
