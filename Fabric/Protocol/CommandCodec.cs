using System.Diagnostics.CodeAnalysis;
using Fabric.Changes;

namespace Fabric.Protocol;

/// <summary>The bytes of commands between programs.</summary>
/// <remarks>In the manner of <see cref="FeedCodec"/>: equal values give equal bytes, reading never throws. Thread-safe.</remarks>
public static class CommandCodec
{
    /// <summary>The bytes of a command.</summary>
    public static byte[] Encode(TopologyCommand command) => Envelope.Seal(CommandLayouts.Command, command);

    /// <summary>The bytes of a command with its sender and reason.</summary>
    public static byte[] Encode(CommandEnvelope envelope) => Envelope.Seal(CommandLayouts.Envelope, envelope);

    /// <summary>Reads a command.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TopologyCommand? command, out CodecFault fault) =>
        Envelope.TryOpen(CommandLayouts.Command, bytes, out command, out fault);

    /// <summary>Reads a command with its sender and reason.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CommandEnvelope? envelope, out CodecFault fault) =>
        Envelope.TryOpen(CommandLayouts.Envelope, bytes, out envelope, out fault);
}
