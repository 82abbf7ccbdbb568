using Fabric.Flows;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>What flows have carried, and which there are.</content>
public sealed partial class OpenVSwitchDatapath
{
    private readonly OvsFlowDumpSession _dump;
    private long _featuresRestored;

    /// <inheritdoc/>
    public bool TryGetStatistics(FlowId flow, out FlowStatistics statistics) =>
        _control.TryReadFlow(_datapath, flow, _clock, out statistics);

    /// <inheritdoc/>
    public RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings)
    {
        // One look a round is enough: until then what other programs have redirected comes by processor.
        if (_lease is not null && !_dump.IsRunning && _control.RestoreFeatures(_datapath))
            _featuresRestored++;
        return _dump.Read(limit, _clock, readings);
    }

    /// <inheritdoc/>
    public IReadOnlyList<LeftFlow> TakeLeftovers(Func<uint, bool> isWanted)
    {
        var left = new List<LeftFlow>();
        foreach (var flow in _control.ReadFlows(_datapath, _clock))
        {
            if (isWanted(flow.Flow.Key.InPort))
                left.Add(flow);
        }
        return left;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> GetFigures()
    {
        var figures = new Dictionary<string, long>
        {
            ["upcalls_malformed"] = _malformedUpcalls,
            ["executes_refused"] = _executesRefused,
            ["actions_refused"] = _actionsRefused,
            ["replies_lost"] = _repliesLost,
        };
        // The rest is the datapath's, and is told once.
        if (_lease is null)
            return figures;
        var counters = _control.FindDatapath(_datapath.Name)?.Counters ?? default;
        figures["flows"] = counters.Flows;
        figures["masks"] = counters.Masks;
        figures["hits"] = counters.Hits;
        figures["misses"] = counters.Misses;
        figures["upcalls_lost"] = counters.Lost;
        figures["features_restored"] = _featuresRestored;
        return figures;
    }
}
