using Fabric.Bench.Results;

namespace Fabric.Bench.Kernel;

/// <summary>The agent and ovs-vswitchd in charge of the real kernel module, side by side in guest kernels.</summary>
/// <remarks>
/// Every round is a boot; in each, every program has its turn alone. A ratio is the median of the ratios within a boot, for what differs from
/// one boot to the next meets both alike.
/// </remarks>
internal static class KernelSuite
{
    /// <summary>Measures all; takes about three minutes a round.</summary>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchOptions options, CancellationToken stop)
    {
        var boots = new List<Dictionary<string, Dictionary<string, double>>>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            Console.WriteLine($"kernel: boot {round}/{options.Rounds}");
            if (await GuestBoot.RunAsync(round, options, stop) is { } figures)
                boots.Add(figures);
            else
                Console.WriteLine($"kernel: boot {round} did not finish and does not count");
        }
        return [.. KernelMetric.All.SelectMany(metric => Compare(metric, boots))];
    }

    private static IEnumerable<Measurement> Compare(KernelMetric metric, List<Dictionary<string, Dictionary<string, double>>> boots)
    {
        var own = Values(metric, FabricContender.OwnName, boots);
        if (own.Length == 0)
            yield break;
        var peers = new[] { OvsContender.UsualName, OvsContender.LeanName, ConntrackContender.OwnName }.Where(peer =>
            Values(metric, peer, boots).Length > 0
        );
        foreach (var peer in peers.DefaultIfEmpty())
        {
            var theirs = peer is null ? [] : Values(metric, peer, boots);
            yield return new Measurement
            {
                Name = metric.Name,
                Unit = metric.Unit,
                Value = Median.Of(own),
                Peer = peer,
                PeerValue = peer is null ? null : Median.Of(theirs),
                IsPaired = true,
                Goal = metric.GoalBeside(peer),
                Raw = own,
                PeerRaw = theirs,
            };
        }
    }

    private static double[] Values(KernelMetric metric, string program, List<Dictionary<string, Dictionary<string, double>>> boots) =>
        [
            .. boots
                .Where(boot => boot.ContainsKey(program) && boot[program].ContainsKey(metric.Name))
                .Select(boot => boot[program][metric.Name]),
        ];
}
