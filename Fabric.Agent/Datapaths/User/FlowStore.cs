using Fabric.Flows;

namespace Fabric.Agent.Datapaths.User;

/// <summary>The flow half of a datapath in user space: holds flows, finds them for packets, and answers what became of requests.</summary>
/// <remarks>Not thread-safe. Requests take effect at once, so that the packets right behind a miss hit already.</remarks>
internal sealed class FlowStore
{
    private readonly FlowClassifier _classifier = new();
    private readonly List<FlowAnswer> _answers = [];
    private readonly Queue<FlowId> _round = new();

    /// <summary>Flows held.</summary>
    public int Count => _classifier.Count;

    /// <summary>Distinct masks.</summary>
    public int Masks => _classifier.Masks;

    /// <summary>Installs a flow.</summary>
    public void Put(DatapathFlow flow)
    {
        var kind = _classifier.TryAdd(flow) ? FlowAnswerKind.Installed : FlowAnswerKind.Duplicate;
        _answers.Add(new FlowAnswer(flow.Id, kind, 0, null, default));
    }

    /// <summary>Deletes a flow.</summary>
    public void Delete(FlowId flow)
    {
        var entry = _classifier.Remove(flow);
        var kind = entry is null ? FlowAnswerKind.Gone : FlowAnswerKind.Deleted;
        _answers.Add(new FlowAnswer(flow, kind, 0, null, entry?.Statistics ?? default));
    }

    /// <summary>Hands over what became of requests since the last call.</summary>
    public void TakeAnswers(ICollection<FlowAnswer> target)
    {
        foreach (var answer in _answers)
            target.Add(answer);
        _answers.Clear();
    }

    /// <summary>Reads a flow's statistics.</summary>
    public bool TryGetStatistics(FlowId id, out FlowStatistics statistics)
    {
        var entry = _classifier.Find(id);
        statistics = entry?.Statistics ?? default;
        return entry is not null;
    }

    /// <summary>Goes on reading the statistics of all flows; see <see cref="IDatapath.ReadStatistics"/>.</summary>
    public RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings)
    {
        if (_round.Count == 0)
        {
            foreach (var id in _classifier.Ids)
                _round.Enqueue(id);
        }
        for (; limit > 0 && _round.TryDequeue(out var id); limit--)
        {
            if (_classifier.Find(id) is { } entry)
                readings.Add(new FlowReading(id, entry.Statistics));
        }
        return _round.Count > 0 ? RoundProgress.GoesOn : RoundProgress.Ended;
    }

    /// <summary>Finds the flow of a packet and counts the packet.</summary>
    /// <param name="key">The packet's headers.</param>
    /// <param name="frameLength">Its length in bytes.</param>
    /// <param name="now">The time, in ticks of the agent's clock.</param>
    public FlowEntry? Match(in FlowKey key, int frameLength, long now)
    {
        var entry = _classifier.Find(key);
        if (entry is null)
            return null;
        entry.Packets++;
        entry.Bytes += frameLength;
        entry.LastUsed = now;
        entry.TcpFlags |= (ushort)key.Get(FlowField.TcpFlags);
        return entry;
    }
}
