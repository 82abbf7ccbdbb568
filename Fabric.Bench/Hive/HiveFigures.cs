using Fabric.Bench.Results;

namespace Fabric.Bench.Hive;

/// <summary>Collects the figures of several rounds under their names, in the order in which they first came.</summary>
internal sealed class HiveFigures
{
    private readonly List<(HiveMetric Metric, List<double> Rounds, List<double> Peer)> _rows = [];

    /// <summary>One round's figure.</summary>
    /// <param name="metric">Of what.</param>
    /// <param name="value">The figure.</param>
    /// <param name="peer">What <see cref="HiveMetric.Peer"/> gave beside it.</param>
    public void Add(HiveMetric metric, double value, double? peer = null)
    {
        var place = _rows.FindIndex(row => row.Metric == metric);
        if (place < 0)
        {
            place = _rows.Count;
            _rows.Add((metric, [], []));
        }
        _rows[place].Rounds.Add(value);
        if (peer is { } beside)
            _rows[place].Peer.Add(beside);
        Console.WriteLine(
            $"  {metric.Name}: {Figure.Of(value)} {metric.Unit}{(peer is null ? "" : $"; {metric.Peer}: {Figure.Of(peer)}")}"
        );
    }

    /// <summary>What came out.</summary>
    public IReadOnlyList<Measurement> Measurements =>
        [
            .. _rows.Select(row => new Measurement
            {
                Name = row.Metric.Name,
                Unit = row.Metric.Unit,
                Value = Median.Of(row.Rounds),
                Peer = row.Peer.Count > 0 ? row.Metric.Peer : null,
                PeerValue = row.Peer.Count > 0 ? Median.Of(row.Peer) : null,
                Goal = row.Metric.Goal,
                Raw = row.Rounds,
                PeerRaw = row.Peer,
            }),
        ];
}
