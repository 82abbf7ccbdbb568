namespace Fabric.Protocol;

/// <summary>The layout of what agents tell each other.</summary>
internal static class PeerLayouts
{
    public static Layout<Heartbeat> Heartbeat { get; } =
        new Layout<Heartbeat>("heartbeat", new Heartbeat("", 0, default, 0, 0, CodecLevel.First, false))
            .Optional(1, ValueCodec.Text, beat => beat.Name, (beat, name) => beat with { Name = name }, since: 3)
            .Required(2, ValueCodec.UInt64, beat => beat.Incarnation, (beat, number) => beat with { Incarnation = number }, since: 3)
            .Required(3, FeedLayouts.Place, beat => beat.Place, (beat, place) => beat with { Place = place }, since: 3)
            .Required(4, ValueCodec.Int64, beat => beat.InForce, (beat, position) => beat with { InForce = position }, since: 3)
            .Required(5, ValueCodec.UInt8, beat => beat.Roles, (beat, roles) => beat with { Roles = roles }, since: 3)
            .Required(6, ValueCodec.Int32, beat => beat.Level, (beat, level) => beat with { Level = level }, since: 3)
            .Required(7, ValueCodec.Bool, beat => beat.IsLeaving, (beat, isLeaving) => beat with { IsLeaving = isLeaving }, since: 3);

    public static Layout<CheckHeard> CheckHeard { get; } =
        new Layout<CheckHeard>("answer to a check", new CheckHeard(default, []))
            .Required(1, ValueCodec.Router, heard => heard.Router, (heard, router) => heard with { Router = router }, since: 7)
            .Required(2, RelayLayouts.Bytes, heard => heard.Frame, (heard, frame) => heard with { Frame = frame }, since: 7);

    public static Layout<CheckBeat> CheckBeat { get; } =
        new Layout<CheckBeat>("beat of who checks", new CheckBeat(0)).Required(
            1,
            ValueCodec.Int32,
            beat => beat.PeriodMilliseconds,
            (beat, period) => beat with { PeriodMilliseconds = period },
            since: Protocol.CheckBeat.Level
        );

    public static Layout<PositionAsked> PositionAsked { get; } =
        new Layout<PositionAsked>("position asked", new PositionAsked(0)).Required(
            1,
            ValueCodec.Int64,
            asked => asked.Position,
            (asked, position) => asked with { Position = position },
            since: 3
        );
}
