using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Topology.Learned;

namespace Fabric.Agent.FlowTable;

/// <content>The sweep: statistics of all flows, round after round.</content>
public sealed partial class FlowKeeper
{
    /// <summary>A flow without traffic for so long is deleted.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The same for a flow whose connection has ended (FIN or RST was seen).</summary>
    public static readonly TimeSpan EndedTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The same for every flow once the table is nine tenths full, so that there is always room for new ones.</summary>
    public static readonly TimeSpan CrowdedTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>A flow whose verdict ends a wait is deleted after so long, or its traffic would keep it and nobody would ask again.</summary>
    public static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Time from the beginning of one round to that of the next, while there are few flows or room is wanted.</summary>
    public static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(2);

    /// <summary>Flows whose statistics are read in a second on the whole: with more than twice that many, rounds are further apart.</summary>
    /// <remarks>So reading 200 000 flows costs no more than reading 40 000 does. The price: a flow may be idle for a round longer than its timeout before it goes.</remarks>
    public const int ReadingsPerSecond = 20_000;

    /// <summary>Flows whose statistics one turn reads, about: no packet waits longer for it than for a batch of others.</summary>
    public const int SweepSlice = 256;

    /// <summary>One in so many untouched flows is simulated again in each round, but at most <see cref="SampleLimit"/>, to prove that nothing was missed.</summary>
    public const int SampleStride = 512;

    /// <summary>Untouched flows simulated again in each round at most.</summary>
    public const int SampleLimit = 16;

    /// <summary>Flows that a round did not read and that one turn asks for at most: each is a question of its own.</summary>
    public const int MissedSlice = 64;

    private const int Fin = 0x01;
    private const int Rst = 0x04;

    private readonly List<FlowReading> _readings = [];
    private readonly Stack<FlowId> _missed = [];
    private readonly HashSet<FlowId> _suspects = [];
    private long _roundStart;
    private int _round;
    private bool _isSweeping;
    private int _untilSample;
    private int _samples;

    /// <summary>Goes on with the round, or begins one when it is due; true while it is not at its end.</summary>
    private bool Sweep()
    {
        if (_missed.Count > 0)
            return SettleMissed();
        if (!_isSweeping && clock.GetElapsedTime(_roundStart) < (IsCrowded ? RoundInterval : IntervalFor(flows.Count)))
            return false;
        if (!_isSweeping)
            BeginRound();
        _readings.Clear();
        var progress = datapath.ReadStatistics(SweepSlice, _readings);
        _isSweeping = progress == RoundProgress.GoesOn;
        foreach (var reading in _readings)
        {
            if (flows.Find(reading.Id) is { } record)
                Sweep(record, reading.Statistics);
            else
                path.Counters.UnknownFlows += DeleteUnknown(reading.Id);
        }
        if (progress == RoundProgress.Ended)
            FindMissed();
        return _isSweeping || _missed.Count > 0;
    }

    /// <summary>The time from the beginning of one round to that of the next with so many flows.</summary>
    public static TimeSpan IntervalFor(int flows) =>
        TimeSpan.FromSeconds(Math.Max(RoundInterval.TotalSeconds, (double)flows / ReadingsPerSecond));

    /// <summary>The table is nine tenths full.</summary>
    private bool IsCrowded => flows.Count >= path.FlowLimit / 10 * 9;

    private void BeginRound()
    {
        _roundStart = clock.GetTimestamp();
        _round++;
        _samples = SampleLimit;
        // Another flow each time, and one early, so that a small table is sampled too.
        _untilSample = _round % SampleStride % (flows.Count + 1);
    }

    private void Sweep(FlowRecord record, FlowStatistics statistics)
    {
        record.SeenRound = _round;
        // Its answer was lost: the datapath's buffer for answers is bounded.
        if (record.State == FlowState.Installing)
            flows.Advance(record, FlowInput.Installed);
        if (record.State == FlowState.Evicting)
        {
            // The datapath refused to delete it, or never heard so; what it has carried comes with the answer.
            if (record.EvictedRound != _round)
                datapath.Delete(record.Flow.Id);
            return;
        }
        Account(record, statistics);
        SeeConnections(record);
        if (IsOver(record))
        {
            path.Counters.Expired++;
            Evict(record);
            return;
        }
        RefreshFacts(record);
        if (_suspects.Contains(record.Flow.Id) || IsSample())
            Sample(record);
    }

    /// <summary>A flow that nobody here knows forwards by a decision that nobody keeps true. Before <see cref="Adopt"/> it forwards by the agent's before this one.</summary>
    private int DeleteUnknown(FlowId id)
    {
        if (!HasAdopted || !path.Owns(id))
            return 0;
        datapath.Delete(id);
        return 1;
    }

    private bool IsOver(FlowRecord record)
    {
        if (record.IsPrepared)
            return false;
        var endsWait = record.Verdict.Reason is DropReason.NeighborUnreachable or DropReason.PeerUnreachable;
        if (endsWait && clock.GetElapsedTime(record.Created) > WaitTimeout)
            return true;
        var timeout = flows.Count switch
        {
            _ when IsCrowded => CrowdedTimeout,
            _ when (record.Statistics.TcpFlags & (Fin | Rst)) != 0 => EndedTimeout,
            _ => IdleTimeout,
        };
        return clock.GetElapsedTime(record.LastUsed) > timeout;
    }

    private bool IsSample()
    {
        if (_untilSample-- > 0 || _samples == 0)
            return false;
        _untilSample = SampleStride;
        _samples--;
        return true;
    }

    /// <summary>Adds what a flow has carried since it was last looked at to what rules, ports and devices have.</summary>
    private void Account(FlowRecord record, FlowStatistics statistics)
    {
        Traffic.Add(record, statistics.Packets - record.Statistics.Packets, record.Upcalls, statistics.Bytes - record.Statistics.Bytes);
        record.Upcalls = 0;
        record.Statistics = statistics;
        if (statistics.LastUsed > record.LastUsed)
            record.LastUsed = statistics.LastUsed;
    }

    /// <summary>Tells the connections of a flow what the datapath has seen of them: also when the flow goes, for nobody else has seen their end.</summary>
    private void SeeConnections(FlowRecord record)
    {
        var seen = (record.LastUsed, record.Statistics.TcpFlags);
        if (seen == record.Seen)
            return;
        record.Seen = seen;
        foreach (ref readonly var connection in record.Connections)
            Effects.Connections.See(connection, (TcpFlags)seen.TcpFlags, seen.LastUsed);
    }

    /// <summary>The round read fewer flows than there should be, counting those whose answers are overdue.</summary>
    private void FindMissed()
    {
        foreach (var record in flows.Records)
        {
            if (
                record.SeenRound != _round
                && record.Created < _roundStart
                && (record.State != FlowState.Evicting || record.EvictedRound != _round)
            )
                _missed.Push(record.Flow.Id);
        }
    }

    /// <summary>A dump may pass a flow over, so each is asked for before it is given up; true while more are to be asked for.</summary>
    private bool SettleMissed()
    {
        for (var left = MissedSlice; left > 0 && _missed.TryPop(out var id); left--)
        {
            if (flows.Find(id) is not { } record || record.SeenRound == _round)
                continue;
            if (datapath.TryGetStatistics(id, out var statistics))
            {
                Sweep(record, statistics);
                continue;
            }
            path.Counters.Vanished += record.State == FlowState.Installed ? 1 : 0;
            flows.Advance(record, FlowInput.Deleted);
        }
        return _missed.Count > 0;
    }

    /// <summary>A station whose frames come in is alive; a neighbor that frames go to is asked before it would be forgotten.</summary>
    private void RefreshFacts(FlowRecord record)
    {
        if (record.LastUsed == record.RefreshedAt)
            return;
        record.RefreshedAt = record.LastUsed;
        var source = record.Sample.EthSrc;
        if (!record.Cohort.IsNews(source, record.LastUsed, clock.TimestampFrequency))
            return;
        foreach (var tag in record.Tags)
        {
            if (tag.Kind == FlowTagKind.Mac && tag.DetailLow == source.Bits)
            {
                learned.Refresh(new MacKey(new BridgeId(tag.Device), (ushort)tag.DetailHigh, source), record.Ingress, record.LastUsed);
            }
            else if (tag.Kind == FlowTagKind.Neighbor)
            {
                var address = IpAddress.Of(tag.Family, new UInt128(tag.DetailHigh, tag.DetailLow));
                var neighbor = new NeighborKey(new PortId(tag.Device), address);
                if (learned.AgeOf(neighbor, clock.GetTimestamp()) > LearnedTable.NeighborRefresh)
                {
                    Effects.PayFor(default);
                    Effects.Refresh(neighbor);
                }
            }
        }
    }

    private void Sample(FlowRecord record)
    {
        // A flow that waits to be compared is not untouched.
        if (_touched.Contains(record))
            return;
        path.Counters.Sampled++;
        if (path.StillHolds(record))
            _suspects.Remove(record.Flow.Id);
        // A change may be published whose tags are still to come. One round later they have come, and a flow that differs then is a bug.
        else if (!_suspects.Remove(record.Flow.Id))
            _suspects.Add(record.Flow.Id);
        else
        {
            path.Counters.Surprises++;
            Evict(record);
        }
    }
}
