using System.Diagnostics.CodeAnalysis;

namespace Fabric.Protocol;

/// <summary>The bytes of what agents tell each other.</summary>
/// <remarks>In the manner of <see cref="FeedCodec"/>: equal values give equal bytes, reading never throws. Thread-safe.</remarks>
public static class PeerCodec
{
    /// <summary>The bytes of a heartbeat.</summary>
    public static byte[] Encode(Heartbeat beat) => Envelope.Seal(PeerLayouts.Heartbeat, beat);

    /// <summary>Reads a heartbeat.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Heartbeat? beat, out CodecFault fault) =>
        Envelope.TryOpen(PeerLayouts.Heartbeat, bytes, out beat, out fault);

    /// <summary>The bytes of a message of facts.</summary>
    public static byte[] Encode(FactsMessage message) => Envelope.Seal(FactLayouts.Message, message);

    /// <summary>Reads a message of facts.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FactsMessage? message, out CodecFault fault) =>
        Envelope.TryOpen(FactLayouts.Message, bytes, out message, out fault);

    /// <summary>The bytes of a message of connections.</summary>
    public static byte[] Encode(ConnectionsMessage message) => Envelope.Seal(ConnectionLayouts.Message, message);

    /// <summary>Reads a message of connections.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ConnectionsMessage? message, out CodecFault fault) =>
        Envelope.TryOpen(ConnectionLayouts.Message, bytes, out message, out fault);

    /// <summary>The bytes of an answer to a check.</summary>
    public static byte[] Encode(CheckHeard heard) => Envelope.Seal(PeerLayouts.CheckHeard, heard);

    /// <summary>Reads an answer to a check.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CheckHeard? heard, out CodecFault fault) =>
        Envelope.TryOpen(PeerLayouts.CheckHeard, bytes, out heard, out fault);

    /// <summary>The bytes of a beat of who checks.</summary>
    public static byte[] Encode(CheckBeat beat) => Envelope.Seal(PeerLayouts.CheckBeat, beat);

    /// <summary>Reads a beat of who checks.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CheckBeat? beat, out CodecFault fault) =>
        Envelope.TryOpen(PeerLayouts.CheckBeat, bytes, out beat, out fault);

    /// <summary>The bytes of a question for a position.</summary>
    public static byte[] Encode(PositionAsked asked) => Envelope.Seal(PeerLayouts.PositionAsked, asked);

    /// <summary>Reads a question for a position.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PositionAsked? asked, out CodecFault fault) =>
        Envelope.TryOpen(PeerLayouts.PositionAsked, bytes, out asked, out fault);

    /// <summary>The bytes of a message between a node that follows and the one that feeds it.</summary>
    public static byte[] Encode(RelayMessage message) => Envelope.Seal(RelayLayouts.Message, message);

    /// <summary>Reads a message between a node that follows and the one that feeds it.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out RelayMessage? message, out CodecFault fault) =>
        Envelope.TryOpen(RelayLayouts.Message, bytes, out message, out fault);

    /// <summary>The bytes of a message between an agent that asks and the one that answers.</summary>
    public static byte[] Encode(QuestionMessage message) => Envelope.Seal(QuestionLayouts.Message, message);

    /// <summary>Reads a message between an agent that asks and the one that answers.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out QuestionMessage? message, out CodecFault fault) =>
        Envelope.TryOpen(QuestionLayouts.Message, bytes, out message, out fault);
}
