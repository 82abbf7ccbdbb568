using Fabric.Bench.Results;

namespace Fabric.Bench.Kernel;

/// <summary>What is measured of each program.</summary>
/// <param name="Name">In words.</param>
/// <param name="Unit">Of its values.</param>
internal sealed record KernelMetric(string Name, string Unit)
{
    /// <summary>The rates at which new flows are offered, a second.</summary>
    public static readonly IReadOnlyList<int> Rates = [5_000, 10_000, 20_000, 40_000];

    public static KernelMetric FlatOut { get; } =
        new("new flows flat out, set up", "flows/s") { Usual = Goal.RatioAtLeast(10), Lean = Goal.RatioAtLeast(6) };

    public static KernelMetric FlatOutLost { get; } = new("new flows flat out, lost", "%");

    public static KernelMetric FlatOutOffered { get; } = new("new flows flat out, offered", "flows/s");

    public static KernelMetric Yielding { get; } = new("new flows as fast as they are taken, set up", "flows/s");

    public static KernelMetric FirstHalf { get; } =
        new("round trip of first packets, p50", "us") { Usual = Goal.RatioAtMost(0.4), Lean = Goal.RatioAtMost(0.4) };

    public static KernelMetric FirstWorst { get; } =
        new("round trip of first packets, p99", "us") { Usual = Goal.RatioAtMost(1), Lean = Goal.RatioAtMost(1) };

    public static KernelMetric StandingHalf { get; } = new("round trip in a flow that stands, p50", "us");

    public static KernelMetric Ping { get; } = new("ping, mean round trip", "ms");

    public static KernelMetric Tcp { get; } = new("TCP, one connection", "Gbit/s");

    public static KernelMetric Packets { get; } = new("frames of a flow that stands, flat out", "frames/s");

    public static KernelMetric Masks { get; } = new("distinct masks", "masks") { Usual = Goal.AtMost(32) };

    public static KernelMetric Quiet { get; } = new("first packets beside a quiet neighbor, p99", "us");

    public static KernelMetric Flooded { get; } = new("first packets beside one that floods, p99", "us");

    public static KernelMetric FloodedByQuiet { get; } = new("the second by the first", "times") { Usual = Goal.AtMost(2) };

    public static KernelMetric FloodedLost { get; } = new("first packets beside one that floods, lost", "%");

    public static KernelMetric IdleProcessor { get; } = new("idle: processor", "%");

    public static KernelMetric IdleMemory { get; } = new("idle: memory", "MB");

    public static KernelMetric ThousandProcessor { get; } = new("1 000 new flows/s: processor", "%");

    public static KernelMetric Held { get; } = new("held in use", "flows");

    public static KernelMetric HeldMemory { get; } = new("held: memory", "MB");

    public static KernelMetric HeldHeap { get; } = new("held: of these in the collected heap", "MB");

    public static KernelMetric HeldSweep { get; } = new("held: processor", "%") { Usual = Goal.AtMost(5) };

    public static KernelMetric EditTouched { get; } = new("held, one port's rule edited: touched", "flows") { Usual = Goal.AtMost(1000) };

    public static KernelMetric EditTime { get; } = new("held, one port's rule edited: in force after", "ms") { Usual = Goal.AtMost(10) };

    public static KernelMetric Translated { get; } =
        new("new connections through SNAT, flat out", "connections/s") { Usual = Goal.RatioAtLeast(4), Lean = Goal.RatioAtLeast(4) };

    public static KernelMetric Balanced { get; } =
        new("new connections through a balancer, flat out", "connections/s") { Usual = Goal.RatioAtLeast(4), Lean = Goal.RatioAtLeast(4) };

    /// <summary>All, in the order of the table.</summary>
    public static IReadOnlyList<KernelMetric> All { get; } =
    [
        FlatOut,
        FlatOutLost,
        FlatOutOffered,
        Yielding,
        .. Rates.SelectMany(rate => new[] { OfferedArrived(rate), OfferedLost(rate) }),
        FirstHalf,
        FirstWorst,
        StandingHalf,
        Ping,
        Tcp,
        Packets,
        Quiet,
        Flooded,
        FloodedByQuiet,
        FloodedLost,
        Masks,
        IdleProcessor,
        IdleMemory,
        ThousandProcessor,
        Held,
        HeldMemory,
        HeldHeap,
        HeldSweep,
        EditTouched,
        EditTime,
        Translated,
        Balanced,
    ];

    /// <summary>What the value, or its ratio to the usual ovs-vswitchd, should be.</summary>
    private Goal? Usual { get; init; }

    /// <summary>The same beside the lean one.</summary>
    private Goal? Lean { get; init; }

    /// <summary>The goal beside a peer, or null.</summary>
    public Goal? GoalBeside(string? peer) =>
        peer switch
        {
            ConntrackContender.OwnName => null,
            OvsContender.LeanName => Lean,
            _ => Usual,
        };

    public static KernelMetric OfferedArrived(int rate) =>
        new(FormattableString.Invariant($"{rate:#,0} new flows/s offered, set up"), "flows/s");

    public static KernelMetric OfferedLost(int rate) =>
        new(FormattableString.Invariant($"{rate:#,0} new flows/s offered, lost"), "%") { Usual = Goal.AtMost(0), Lean = Goal.AtMost(0) };
}
