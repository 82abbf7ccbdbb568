using System.Collections.Immutable;

namespace Fabric.Protocol;

internal sealed partial class Layout<T>
{
    private abstract class Field
    {
        /// <summary>The field is never left out.</summary>
        public bool IsRequired { get; init; }

        /// <summary>Writes the field of a value, or leaves it out.</summary>
        public abstract void Write(FieldWriter writer, T value);

        /// <summary>Puts the field into a value; a repeated field takes those that follow too.</summary>
        public abstract bool TryRead(ReadOnlySpan<byte> content, ref FieldReader rest, ref ReadContext context, ref T value);

        protected static void WriteOne<V>(FieldWriter writer, int number, FieldCodec<V> codec, V value, int since)
        {
            writer.Require(since);
            var begin = writer.Begin(number);
            codec.Write(writer, value);
            writer.End(begin);
        }
    }

    private sealed class SingleField<V>(int number, FieldCodec<V> codec, Func<T, V> get, Func<T, V, T> set, int since) : Field
    {
        public override void Write(FieldWriter writer, T value)
        {
            var part = get(value);
            if (IsRequired || !codec.IsDefault(part))
                WriteOne(writer, number, codec, part, since);
        }

        public override bool TryRead(ReadOnlySpan<byte> content, ref FieldReader rest, ref ReadContext context, ref T value)
        {
            if (!codec.TryRead(content, ref context, out var part))
                return false;
            // What may be left out must be: else one value would have two forms.
            if (!IsRequired && codec.IsDefault(part))
                return false;
            value = set(value, part);
            return true;
        }
    }

    private sealed class RepeatedField<V>(
        int number,
        FieldCodec<V> codec,
        Func<T, IEnumerable<V>> get,
        Func<T, ImmutableArray<V>, T> set,
        int since
    ) : Field
    {
        public override void Write(FieldWriter writer, T value)
        {
            foreach (var member in get(value))
                WriteOne(writer, number, codec, member, since);
        }

        public override bool TryRead(ReadOnlySpan<byte> content, ref FieldReader rest, ref ReadContext context, ref T value)
        {
            var members = ImmutableArray.CreateBuilder<V>();
            do
            {
                if (!codec.TryRead(content, ref context, out var member))
                    return false;
                members.Add(member);
            } while (rest.TryNextOf(number, out content));
            value = set(value, members.DrainToImmutable());
            return true;
        }
    }
}
