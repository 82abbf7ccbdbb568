using Fabric.Bench.Datapath;
using Fabric.Bench.Results;

namespace Fabric.Bench.Kernel;

/// <summary>All that is measured of one program in one guest.</summary>
internal static class KernelTurn
{
    private const int ThousandFlows = 1_000;

    /// <summary>Runs of warming up at most, and how many that bring nothing end it; of a program that compiles while it runs, the first tell of the compiler.</summary>
    private const int MaxWarmups = 10;
    private const int SteadyWarmups = 2;

    /// <summary>What counts as faster than before.</summary>
    private const double Progress = 1.05;

    /// <summary>Measures; the program forwards and nothing has been asked of it yet.</summary>
    public static async Task<Dictionary<string, double>> MeasureAsync(
        KernelContender contender,
        KernelPart parts,
        KernelEffort effort,
        CancellationToken stop
    )
    {
        var figures = new Dictionary<string, double>();
        // It is a peer in this alone.
        if (contender.Name == ConntrackContender.OwnName)
            parts &= KernelPart.Connections;
        for (var i = 0; i < 2; i++)
        {
            var warm = SetupProbe.Measure(contender, FlowBlaster.FlatOut, effort.Warmup);
            Console.WriteLine($"  warm-up: {Figure.Of(warm.Arrived)} of {Figure.Of(warm.Offered)} a second");
            await contender.ForgetFlowsAsync(stop);
        }
        if (parts.HasFlag(KernelPart.Trips))
            MeasureRoundTrips(contender, effort, figures);
        if (parts.HasFlag(KernelPart.Standing))
            MeasureEstablished(contender, effort, figures);
        if (parts.HasFlag(KernelPart.Rates))
            await MeasureRatesAsync(contender, effort, figures, stop);
        if (parts.HasFlag(KernelPart.Flat))
            await MeasureFlatOutAsync(contender, effort, figures, stop);
        await contender.ForgetFlowsAsync(stop);
        if (parts.HasFlag(KernelPart.Flood))
            MeasureFairness(contender, effort, figures);
        await contender.ForgetFlowsAsync(stop);
        if (parts.HasFlag(KernelPart.Usage))
            MeasureUsage(contender, effort, figures);
        await contender.ForgetFlowsAsync(stop);
        if (parts.HasFlag(KernelPart.Connections))
            await MeasureConnectionsAsync(contender, effort, figures, stop);
        if (parts.HasFlag(KernelPart.Held) && contender is FabricContender own && effort.Sweeps > TimeSpan.Zero)
            HoldProbe.Measure(own, effort.Sweeps, figures);
        return figures;
    }

    private static void MeasureRoundTrips(KernelContender contender, KernelEffort effort, Dictionary<string, double> figures)
    {
        using var probe = new RoundTripProbe(contender);
        probe.Measure(effort.RoundTrips / 4, isNew: true);
        var fresh = probe.Measure(effort.RoundTrips, isNew: true);
        var standing = probe.Measure(effort.RoundTrips, isNew: false);
        figures[KernelMetric.FirstHalf.Name] = Percentile(fresh, 0.5);
        figures[KernelMetric.FirstWorst.Name] = Percentile(fresh, 0.99);
        figures[KernelMetric.StandingHalf.Name] = Percentile(standing, 0.5);
        Console.WriteLine(
            $"  round trips: first {Figure.Of(Percentile(fresh, 0.5))} p50, {Figure.Of(Percentile(fresh, 0.99))} p99, then {Figure.Of(Percentile(standing, 0.5))} us; {probe.Unanswered} unanswered"
        );
    }

    private static void MeasureEstablished(KernelContender contender, KernelEffort effort, Dictionary<string, double> figures)
    {
        var left = contender.Site[GuestPlan.Left];
        figures[KernelMetric.Ping.Name] = PingProbe.MeasureMilliseconds(left, GuestPlan.Right.Address, effort.Pings);
        figures[KernelMetric.Tcp.Name] = TcpProbe.MeasureGigabits(left, GuestPlan.Right.Address, effort.TcpSeconds);
        figures[KernelMetric.Packets.Name] = SetupProbe.MeasureStanding(contender, effort.FlatOut);
        figures[KernelMetric.Masks.Name] = contender.ReadDatapath().Masks;
    }

    private static async Task MeasureRatesAsync(
        KernelContender contender,
        KernelEffort effort,
        Dictionary<string, double> figures,
        CancellationToken stop
    )
    {
        foreach (var rate in KernelMetric.Rates)
        {
            await contender.ForgetFlowsAsync(stop);
            var at = SetupProbe.Measure(contender, rate, effort.Offered);
            Console.WriteLine(
                $"  {Figure.Of(at.Offered)} a second: {Figure.Of(at.Arrived)}, lost {Figure.Of(at.LostShare * 100)} %, {at.Flows} flows"
            );
            figures[KernelMetric.OfferedArrived(rate).Name] = at.Arrived;
            figures[KernelMetric.OfferedLost(rate).Name] = at.LostShare * 100;
        }
    }

    private static async Task MeasureFlatOutAsync(
        KernelContender contender,
        KernelEffort effort,
        Dictionary<string, double> figures,
        CancellationToken stop
    )
    {
        var flatOut = new List<SetupFigures>();
        for (var i = 0; i < effort.FlatOutTimes; i++)
        {
            await contender.ForgetFlowsAsync(stop);
            flatOut.Add(SetupProbe.Measure(contender, FlowBlaster.FlatOut, effort.FlatOut));
            Console.WriteLine($"  flat out: {flatOut[^1]}");
        }
        figures[KernelMetric.FlatOut.Name] = Median.Of([.. flatOut.Select(one => one.Arrived)]);
        figures[KernelMetric.FlatOutLost.Name] = Median.Of([.. flatOut.Select(one => one.LostShare * 100)]);
        figures[KernelMetric.FlatOutOffered.Name] = Median.Of([.. flatOut.Select(one => one.Offered)]);
        await contender.ForgetFlowsAsync(stop);
        var yielding = SetupProbe.Measure(contender, FlowBlaster.Yielding, effort.FlatOut);
        Console.WriteLine($"  as fast as taken: {yielding}");
        figures[KernelMetric.Yielding.Name] = yielding.Arrived;
    }

    /// <remarks>ovs-vswitchd is told of no connections, only of exact flows; the kernel translates without it.</remarks>
    private static async Task MeasureConnectionsAsync(
        KernelContender contender,
        KernelEffort effort,
        Dictionary<string, double> figures,
        CancellationToken stop
    )
    {
        var own = contender as FabricContender;
        own?.Ask(AgentRequest.Translate);
        figures[KernelMetric.Translated.Name] = await ConnectAsync(null);
        if (contender.Name != ConntrackContender.OwnName)
        {
            own?.Ask(AgentRequest.Balance);
            figures[KernelMetric.Balanced.Name] = await ConnectAsync(own is null ? null : KernelServices.Vip);
        }
        own?.Ask(AgentRequest.Route);

        async Task<double> ConnectAsync(string? address)
        {
            var best = 0.0;
            for (int run = 0, steady = 0; run < MaxWarmups && steady < SteadyWarmups; run++)
            {
                var warm = SetupProbe.Measure(contender, FlowBlaster.FlatOut, effort.Warmup, address);
                await contender.ForgetFlowsAsync(stop);
                steady = warm.Arrived > best * Progress ? 0 : steady + 1;
                best = Math.Max(best, warm.Arrived);
            }
            var figures = SetupProbe.Measure(contender, FlowBlaster.FlatOut, effort.FlatOut, address);
            Console.WriteLine($"  connections: {figures}");
            await contender.ForgetFlowsAsync(stop);
            return figures.Arrived;
        }
    }

    private static void MeasureFairness(KernelContender contender, KernelEffort effort, Dictionary<string, double> figures)
    {
        var quiet = FairnessProbe.Measure(contender, isFlooded: false, effort.Fairness);
        var flooded = FairnessProbe.Measure(contender, isFlooded: true, effort.Fairness);
        var arrived = Array.FindAll(flooded, double.IsFinite);
        figures[KernelMetric.Quiet.Name] = Percentile(Array.FindAll(quiet, double.IsFinite), 0.99);
        // Of those that arrived; what was lost stands beside it.
        figures[KernelMetric.Flooded.Name] = Percentile(arrived, 0.99);
        figures[KernelMetric.FloodedByQuiet.Name] = figures[KernelMetric.Flooded.Name] / figures[KernelMetric.Quiet.Name];
        figures[KernelMetric.FloodedLost.Name] = 100.0 * (flooded.Length - arrived.Length) / Math.Max(1, flooded.Length);
        Console.WriteLine(
            $"  beside a flood: {Figure.Of(figures[KernelMetric.Quiet.Name])} -> {Figure.Of(figures[KernelMetric.Flooded.Name])} us p99, lost {Figure.Of(figures[KernelMetric.FloodedLost.Name])} %"
        );
    }

    private static void MeasureUsage(KernelContender contender, KernelEffort effort, Dictionary<string, double> figures)
    {
        figures[KernelMetric.IdleProcessor.Name] = ProcessUsage.Percent(contender.ProcessId, effort.Usage);
        figures[KernelMetric.IdleMemory.Name] = ProcessUsage.Of(contender.ProcessId).MemoryBytes / 1e6;
        using var source = new FlowSource(contender, GuestPlan.Left, GuestPlan.Right);
        using (FlowBlaster.Start(source, ThousandFlows))
            figures[KernelMetric.ThousandProcessor.Name] = ProcessUsage.Percent(contender.ProcessId, effort.Usage);
        Console.WriteLine(
            $"  idle: {Figure.Of(figures[KernelMetric.IdleProcessor.Name])} % of the processor, {Figure.Of(figures[KernelMetric.IdleMemory.Name])} MB; 1 000 flows/s: {Figure.Of(figures[KernelMetric.ThousandProcessor.Name])} %"
        );
    }

    private static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? double.PositiveInfinity : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
