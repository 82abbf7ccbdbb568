using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Fabric.Protocol;

/// <summary>Codecs of plain values.</summary>
internal static partial class ValueCodec
{
    /// <summary>Reads a value from all of a content; false when the content is not one.</summary>
    internal delegate bool ContentReader<T>(ReadOnlySpan<byte> content, [MaybeNullWhen(false)] out T value);

    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);

    public static FieldCodec<bool> Bool { get; } = Number(1, value => value ? 1u : 0u, bits => bits == 1);

    public static FieldCodec<byte> UInt8 { get; } = Number<byte>(8, value => value, bits => (byte)bits);

    public static FieldCodec<ushort> UInt16 { get; } = Number<ushort>(16, value => value, bits => (ushort)bits);

    /// <summary>A tunnel key.</summary>
    public static FieldCodec<uint> Key { get; } = Number<uint>(24, value => value, bits => (uint)bits);

    public static FieldCodec<int> Int32 { get; } = Number(32, value => (uint)value, bits => (int)(uint)bits);

    public static FieldCodec<long> Int64 { get; } = Number(64, value => (ulong)value, bits => (long)(ulong)bits);

    public static FieldCodec<ulong> UInt64 { get; } = Number<ulong>(64, value => value, bits => (ulong)bits);

    public static FieldCodec<string> Text { get; } = new TextCodec();

    /// <summary>Text that many values have in common.</summary>
    public static FieldCodec<string> SharedText { get; } = new SharedTextCodec();

    /// <summary>Text that may be null, which is told by leaving the field out.</summary>
    public static FieldCodec<string?> TextOrNull { get; } = new NullableTextCodec();

    /// <summary>A value that is a number of some bits.</summary>
    public static FieldCodec<T> Number<T>(int bits, Func<T, UInt128> toBits, Func<UInt128, T> toValue) =>
        new NumberCodec<T>(bits, toBits, toValue);

    /// <summary>A value of an enumeration, by its number, which never changes its meaning.</summary>
    public static FieldCodec<T> Enum<T>()
        where T : struct, Enum => new EnumCodec<T>();

    /// <summary>A value written by one function and read by another.</summary>
    public static FieldCodec<T> Of<T>(Action<FieldWriter, T> write, ContentReader<T> read) => new FunctionCodec<T>(write, read);

    /// <summary>A value that may be null; null is told by leaving the field out.</summary>
    public static FieldCodec<T?> OrNull<T>(FieldCodec<T> codec)
        where T : struct => new NullableCodec<T>(codec);

    /// <summary>Reads a number written without leading zeros.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> content, int maxBits, out UInt128 value)
    {
        value = UInt128.Zero;
        if (content.Length > 16 || (content.Length > 0 && content[0] == 0))
            return false;
        foreach (var part in content)
            value = value << 8 | part;
        return maxBits == 128 || value >> maxBits == UInt128.Zero;
    }

    private sealed class NumberCodec<T>(int bits, Func<T, UInt128> toBits, Func<UInt128, T> toValue) : FieldCodec<T>
    {
        public override void Write(FieldWriter writer, T value) => writer.Number(toBits(value));

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value)
        {
            var isNumber = TryNumber(content, bits, out var number);
            value = isNumber ? toValue(number) : default!;
            return isNumber || context.Fail(CodecFaultKind.BadValue);
        }
    }

    private sealed class EnumCodec<T> : FieldCodec<T>
        where T : struct, Enum
    {
        private static readonly ImmutableDictionary<int, T> _values = System
            .Enum.GetValues<T>()
            .ToImmutableDictionary(value => Convert.ToInt32(value));

        public override void Write(FieldWriter writer, T value) => writer.Number((uint)Convert.ToInt32(value));

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value)
        {
            value = default;
            if (!TryNumber(content, 31, out var number))
                return context.Fail(CodecFaultKind.BadValue);
            return _values.TryGetValue((int)number, out value) || context.Fail(CodecFaultKind.UnknownKind);
        }
    }

    private sealed class TextCodec : FieldCodec<string>
    {
        public override bool IsDefault(string value) => string.IsNullOrEmpty(value);

        public override void Write(FieldWriter writer, string value) => writer.Text(value);

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out string value)
        {
            value = "";
            if (!System.Text.Unicode.Utf8.IsValid(content))
                return context.Fail(CodecFaultKind.BadValue);
            value = _strictUtf8.GetString(content);
            return true;
        }
    }

    private sealed class SharedTextCodec : FieldCodec<string>
    {
        public override bool IsDefault(string value) => Text.IsDefault(value);

        public override void Write(FieldWriter writer, string value) => Text.Write(writer, value);

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out string value)
        {
            var isRead = Text.TryRead(content, ref context, out value);
            value = isRead ? context.Share(value) : "";
            return isRead;
        }
    }

    private sealed class NullableTextCodec : FieldCodec<string?>
    {
        public override void Write(FieldWriter writer, string? value) => Text.Write(writer, value!);

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out string? value)
        {
            var isRead = Text.TryRead(content, ref context, out var text);
            value = text;
            return isRead;
        }
    }

    private sealed class FunctionCodec<T>(Action<FieldWriter, T> write, ContentReader<T> read) : FieldCodec<T>
    {
        public override void Write(FieldWriter writer, T value) => write(writer, value);

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T value)
        {
            var isRead = read(content, out var found);
            value = found!;
            return isRead || context.Fail(CodecFaultKind.BadValue);
        }
    }

    private sealed class NullableCodec<T>(FieldCodec<T> codec) : FieldCodec<T?>
        where T : struct
    {
        public override bool IsDefault(T? value) => value is null;

        public override void Write(FieldWriter writer, T? value) => codec.Write(writer, value.GetValueOrDefault());

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out T? value)
        {
            var isRead = codec.TryRead(content, ref context, out var found);
            value = isRead ? found : null;
            return isRead;
        }
    }
}
