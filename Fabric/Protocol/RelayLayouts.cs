using System.Collections.Immutable;

namespace Fabric.Protocol;

/// <summary>The layout of messages between a node that follows a feed and the one that feeds it.</summary>
internal static class RelayLayouts
{
    internal static readonly FieldCodec<ImmutableArray<byte>> Bytes = ValueCodec.Of<ImmutableArray<byte>>(
        (writer, bytes) => writer.Bytes(bytes.AsSpan()),
        TryReadBytes
    );

    private static readonly Layout<RelayReach> _reach = new Layout<RelayReach>("reach", default)
        .Required(1, ValueCodec.Int32, reach => reach.Nodes, (reach, nodes) => reach with { Nodes = nodes }, since: 3)
        .Required(2, ValueCodec.Int64, reach => reach.Position, (reach, position) => reach with { Position = position }, since: 3)
        .Required(3, ValueCodec.Int64, reach => reach.InForce, (reach, position) => reach with { InForce = position }, since: 3);

    public static Union<RelayMessage> Message { get; } =
        new Union<RelayMessage>("relay message")
            .Case(
                1,
                new Layout<RelayMessage.Ask>("ask", new(default, 0, 0, default))
                    .Required(1, FeedLayouts.Place, ask => ask.After, (ask, place) => ask with { After = place }, since: 3)
                    .Required(2, ValueCodec.Int32, ask => ask.Offset, (ask, offset) => ask with { Offset = offset }, since: 3)
                    .Required(3, ValueCodec.Int32, ask => ask.Credit, (ask, credit) => ask with { Credit = credit }, since: 3)
                    .Required(4, _reach, ask => ask.Reach, (ask, reach) => ask with { Reach = reach }, since: 3),
                since: 3
            )
            .Case(
                2,
                new Layout<RelayMessage.Part>("part", new(0, 0, 0, []))
                    .Required(1, ValueCodec.Int64, part => part.Position, (part, position) => part with { Position = position }, since: 3)
                    .Required(2, ValueCodec.Int32, part => part.Offset, (part, offset) => part with { Offset = offset }, since: 3)
                    .Required(3, ValueCodec.Int32, part => part.Length, (part, length) => part with { Length = length }, since: 3)
                    .Required(4, Bytes, part => part.Bytes, (part, bytes) => part with { Bytes = bytes }, since: 3),
                since: 3
            )
            .Case(
                3,
                new Layout<RelayMessage.Standing>("standing", new(default(FeedPlace), []))
                    .Required(1, FeedLayouts.Place, standing => standing.Head, (standing, head) => standing with { Head = head }, since: 3)
                    .Repeated(2, ValueCodec.Host, standing => standing.Way, (standing, way) => standing with { Way = way }, since: 3),
                since: 3
            )
            .Case(4, new Layout<RelayMessage.Refusal>("refusal", new()), since: 3);

    private static bool TryReadBytes(ReadOnlySpan<byte> content, out ImmutableArray<byte> bytes)
    {
        bytes = [.. content];
        return true;
    }
}
