using System.Globalization;
using Fabric.Bench.Results;

namespace Fabric.Bench.Datapath;

/// <summary>The user datapath beside others between two network namespaces, all in one run.</summary>
/// <remarks>
/// In every round every system has its turn, so that whatever else the machine does meets all alike; a figure is the median of the
/// rounds. All systems are up all the time, and those whose turn it is not are idle.
/// </remarks>
internal static class DatapathSuite
{
    private const int ManyFlows = 4096;

    /// <summary>Measures all; takes about half a minute a round.</summary>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchOptions options, CancellationToken stop)
    {
        RunFolder.SweepLeftovers();
        using var folder = new RunFolder();
        var contenders = new List<Contender>();
        try
        {
            foreach (var create in Makers(folder))
            {
                contenders.Add(create());
                Console.WriteLine($"datapath: starting {contenders[^1].Name}");
                await contenders[^1].StartAsync(stop);
            }
            return Compare(contenders, Rounds(contenders, options, stop));
        }
        finally
        {
            foreach (var contender in contenders)
                await contender.DisposeAsync();
        }
    }

    private static IEnumerable<Func<Contender>> Makers(RunFolder folder) =>
        [
            () => new FabricContender(folder),
            () => new LinuxBridgeContender(folder),
            () => new OpenVSwitchContender(folder, isSegmenting: false),
            () => new OpenVSwitchContender(folder, isSegmenting: true),
        ];

    private static Dictionary<(Metric Metric, Contender Of), List<double>> Rounds(
        List<Contender> contenders,
        BenchOptions options,
        CancellationToken stop
    )
    {
        var results = new Dictionary<(Metric, Contender), List<double>>();
        var effort = options.IsQuick ? DatapathEffort.Quick : DatapathEffort.Full;
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var contender in contenders)
            {
                stop.ThrowIfCancellationRequested();
                var figures = MeasureOnce(contender, effort);
                foreach (var (metric, value) in figures)
                {
                    if (!results.TryGetValue((metric, contender), out var values))
                        results[(metric, contender)] = values = [];
                    values.Add(value);
                }
                Console.WriteLine(Line(round, options.Rounds, contender, figures));
            }
        }
        return results;
    }

    /// <summary>One system's turn. The ping comes first: it is also what keeps the stations known.</summary>
    private static (Metric Metric, double Value)[] MeasureOnce(Contender contender, DatapathEffort effort)
    {
        var ping = PingProbe.MeasureMilliseconds(contender.Site.Left, Site.RightAddress, effort.Pings);
        var tcp = TcpProbe.MeasureGigabits(contender.Site.Left, Site.RightAddress, effort.TcpSeconds);
        var one = OverloadProbe.Measure(contender.Site, flows: 1, effort.Overload);
        var many = OverloadProbe.Measure(contender.Site, ManyFlows, effort.Overload);
        return
        [
            (Metric.Tcp, tcp),
            (Metric.OneFlow, one.Delivered),
            (Metric.ManyFlows, many.Delivered),
            (Metric.Ping, ping),
            (Metric.Offered, one.Offered),
        ];
    }

    /// <summary>The first system beside each other, metric by metric.</summary>
    private static List<Measurement> Compare(List<Contender> contenders, Dictionary<(Metric Metric, Contender Of), List<double>> results)
    {
        var ours = contenders[0];
        var measurements = new List<Measurement>();
        foreach (var metric in results.Keys.Select(key => key.Metric).Distinct())
        {
            var own = results[(metric, ours)];
            foreach (var peer in contenders.Skip(1))
            {
                var theirs = results[(metric, peer)];
                measurements.Add(
                    new Measurement
                    {
                        Name = metric.Name,
                        Unit = metric.Unit,
                        Value = Median.Of(own),
                        Peer = peer.Name,
                        PeerValue = Median.Of(theirs),
                        Goal = metric.Goals.GetValueOrDefault(peer.Name),
                        Raw = own,
                        PeerRaw = theirs,
                    }
                );
            }
        }
        return measurements;
    }

    private static string Line(int round, int rounds, Contender contender, (Metric Metric, double Value)[] figures) =>
        string.Create(CultureInfo.InvariantCulture, $"round {round}/{rounds}  {contender.Name, -26}")
        + string.Join("  ", figures.Select(figure => $"{Figure.Of(figure.Value)} {figure.Metric.Unit}"));
}
