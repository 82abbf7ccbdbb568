using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Effects;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Bindings;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Agent;

/// <summary>The packet's way through the agent, from the miss in the datapath to the flow that spares the next one the trip.</summary>
/// <remarks>
/// Owned by one upcall thread, as are its flow table, its datapath queue and its scratch; nothing here waits or locks. The numbers are the
/// steps of docs/packet-path.md. Hits never come here: the datapath forwards them by the flows that this path installed.
/// </remarks>
public sealed class PacketPath(IDatapath datapath, NetworkView view, PortTable ports, FlowTable.FlowTable flows, TimeProvider clock)
{
    /// <summary>The default of <see cref="FlowLimit"/>.</summary>
    public const int DefaultFlowLimit = 1_000_000;

    private readonly SimulationScratch _scratch = new();
    private readonly Buffer<FlowTag> _sharedTags = new(32);
    private readonly Buffer<FlowTag> _ownTags = new(4);
    private readonly ActionPlan _plan = new();
    private readonly TranslatedFrames _translated = new();
    private readonly FlowIdSource _ids = new();
    private readonly MaskPool _masks = new();
    private readonly ActionPool _actions = new();
    private FlowMask _mask;

    /// <summary>What was done so far.</summary>
    public required PathCounters Counters { get; init; }

    /// <summary>Carries out what decisions wish for, and remembers the connections that they ask for.</summary>
    public required EffectRunner Effects
    {
        get;
        init
        {
            field = value;
            (_scratch.Connections, _scratch.Fragments) = (value.Connections, value.Fragments);
        }
    }

    /// <summary>What rules, ports and devices have carried.</summary>
    public required TrafficCounters Traffic { get; init; }

    /// <summary>What was dropped last, for whoever asks why.</summary>
    public DropTable Drops { get; } = new(clock);

    /// <summary>Flows kept at most; past it packets are forwarded without one, until the idle have made room.</summary>
    public int FlowLimit { get; init; } = DefaultFlowLimit;

    /// <summary>Takes one packet that missed, to its end.</summary>
    public void Handle(in Upcall upcall)
    {
        Counters.Upcalls++;
        // 3. The same headers again before their flow took effect: the decision stands.
        if (flows.FindBySample(upcall.Key) is { } known && upcall.WireLength <= TunnelFit.LongestFrame(known.Flow.Actions))
        {
            Counters.Repeats++;
            known.Upcalls++;
            datapath.Execute(upcall, known.Flow.Actions);
            return;
        }
        // 4. A datapath port that no virtual port is bound to: its interface is being detached.
        if (!ports.TryGetIngress(upcall.Key.InPort, out var ingress))
        {
            Counters.CountDrop(DropReason.UnknownIngress);
            return;
        }
        Effects.PayFor(ingress);
        _scratch.IsChecksumUnfinished = upcall.Offload.NeedsChecksum;
        var verdict = Decide(upcall.Key, ingress, upcall.Bytes);
        // 6. It would end here, and answers a packet that was decided at another host, of which word may be under way: it waits once, for moments.
        if (MayBeKnownElsewhere(verdict, out var unknown) && Effects.Unknown.MayAsk(ingress))
        {
            Effects.Unknown.Park(unknown, CopyOf(upcall, ingress, Effects.Unknown.Deadline));
            return;
        }
        // 6. A fact is missing that was asked for: a copy of the packet waits.
        if (verdict.Kind == VerdictKind.Incomplete)
            Effects.Park(_scratch, CopyOf(upcall, ingress, Effects.ParkDeadline));
        var actions = Fit(ingress, upcall.Bytes, upcall.Offload, out var fits);
        // Another thread was faster: the next packet is decided anew.
        if (!Effects.TryRemember(_scratch))
            return;
        Settle(upcall.Key, ingress, verdict, isForAll: fits && !upcall.IsKeyIncomplete);
        // Where bytes were translated that no action can set, they are what is sent.
        if (_scratch.Translated.Count > 0)
            _translated.Execute(datapath, _scratch, upcall.Bytes, upcall.Offload, actions);
        else
            datapath.Execute(upcall, actions);
        Effects.Run(_scratch);
    }

    private static ParkedPacket CopyOf(in Upcall upcall, PortId ingress, long deadline) =>
        new(ingress, upcall.Key.InPort, false, upcall.Bytes.ToArray(), upcall.Offload, ingress, deadline);

    /// <summary>Takes a packet again that waited, now that what it waited for is known, or will not be.</summary>
    public void Resume(ParkedPacket parked)
    {
        // Its port may have been detached while it waited.
        if (!ports.TryGetVirtual(parked.DatapathPort, out var ingress) || ingress != parked.Port)
        {
            Counters.CountDrop(DropReason.UnknownIngress);
            return;
        }
        var isKeyWhole = FlowKeyReader.Read(parked.Frame, parked.DatapathPort, out var key);
        _scratch.IsChecksumUnfinished = parked.Offload.NeedsChecksum;
        var verdict = Decide(key, parked.Port, parked.Frame);
        if (verdict.Kind == VerdictKind.Incomplete)
            Effects.Park(_scratch, parked);
        var actions = Fit(parked.Port, parked.Frame, parked.Offload, out var fits);
        if (!Effects.TryRemember(_scratch))
            return;
        Settle(key, parked.Port, verdict, isForAll: fits && isKeyWhole);
        _translated.Execute(datapath, _scratch, parked.Frame, parked.Offload, actions);
        Effects.Run(_scratch);
    }

    /// <summary>Decides about a flow again after something that it depends on changed.</summary>
    /// <returns>
    /// True if it may stay: same actions, nothing observed that its mask does not hold exact, and nothing to be learned: a flow keeps
    /// packets from coming here, so one that has something to tell must go.
    /// </returns>
    public bool StillHolds(FlowRecord record)
    {
        // A port that is not attached any more has no packets, and its number may be another's some day.
        if (!ports.TryGetIngress(record.Flow.Key.InPort, out var ingress) || ingress != record.Ingress)
            return false;
        var verdict = Decide(record.Sample, ingress, packet: default);
        if (!IsAsBefore(record.Flow, verdict))
            return false;
        record.Verdict = verdict;
        record.RestOn(_scratch.Uses.Span);
        flows.Retag(record, Cohort(), ConnectionTags());
        return true;
    }

    /// <summary>Installs the flow of packets that may come, before one does: so that they pass also while there is no agent.</summary>
    public void Prepare(in FlowKey key)
    {
        if (flows.FindBySample(key) is not null || flows.Count >= FlowLimit)
            return;
        var verdict = Decide(key, ingress: default, packet: default);
        if (verdict.Kind != VerdictKind.Forward || !_plan.Unreached.IsEmpty)
            return;
        Install(key, ingress: default, verdict).IsPrepared = true;
    }

    /// <summary>Learns from a flow that an agent before this one decided what its packets would have taught.</summary>
    public void Recall(DatapathFlow flow)
    {
        if (!ports.TryGetVirtual(flow.Key.InPort, out var ingress))
            return;
        // Flags that its mask leaves out are none in its key: its packets need not begin what they are of.
        _scratch.IsRecalling = true;
        var verdict = Decide(flow.Key, ingress, packet: default);
        _scratch.IsRecalling = false;
        // What this decision reads and that one did not is zero in the key, not in the packets.
        if (!flow.Mask.Covers(_mask))
            return;
        Effects.Learn(_scratch);
        if (verdict.Kind == VerdictKind.Incomplete && TryFindDestination(flow.Actions, out var mac))
            Effects.RecallNeighbor(_scratch, mac);
    }

    /// <summary>The station that a routed flow addresses its frames to; false if there are several or none.</summary>
    private static bool TryFindDestination(ReadOnlySpan<FlowAction> actions, out MacAddress mac)
    {
        mac = default;
        var found = 0;
        foreach (ref readonly var action in actions)
        {
            if (action.Kind != FlowActionKind.SetField || action.Field != FlowField.EthDst)
                continue;
            mac = new MacAddress((ulong)action.Value);
            found++;
        }
        return found == 1;
    }

    /// <summary>Takes over a flow that an agent before this one decided; false if it would be decided otherwise now.</summary>
    public bool Adopt(in LeftFlow left)
    {
        // What the mask does not hold exact is zero in the key; any packet that it admits would do for a sample.
        var (flow, statistics) = left;
        if (!ports.TryGetIngress(flow.Key.InPort, out var ingress))
            return false;
        var verdict = Decide(flow.Key, ingress, packet: default);
        if (!IsAsBefore(flow, verdict))
            return false;
        var record = NewRecord(flow, flow.Key, ingress, verdict, Cohort());
        RestOnConnections(record);
        record.Statistics = statistics;
        record.IsPrepared = verdict.Kind == VerdictKind.Forward && ports.Underlay.IsTunnel(flow.Key.InPort);
        record.LastUsed = Math.Max(statistics.LastUsed, record.Created - clock.TimestampFrequency);
        flows.Admit(record);
        flows.Advance(record, FlowInput.Installed);
        return true;
    }

    /// <summary>There are no other upcall threads whose flows this one may come across.</summary>
    public bool IsAlone { get; set; } = true;

    /// <summary>A flow of this id was made by this path, or by nobody who lives.</summary>
    public bool Owns(FlowId id) => IsAlone || _ids.IsOurs(id);

    private bool IsAsBefore(DatapathFlow flow, in Verdict verdict) =>
        verdict.IsCacheable && _plan.Actions.SequenceEqual(flow.Actions) && flow.Mask.Covers(_mask) && !HasNews();

    /// <summary>Steps 4 to 8: one description and one set of learned facts, held to the end; verdict, actions and mask.</summary>
    private Verdict Decide(in FlowKey key, PortId ingress, ReadOnlySpan<byte> packet)
    {
        Counters.Simulations++;
        var topology = view.Topology;
        // 5. The whole virtual network in one descent; a packet out of a tunnel has had that at another host.
        var verdict = ports.Underlay.IsTunnel(key.InPort)
            ? TunnelArrival.Decide(topology, view.Learned, view.Self, key, _scratch, packet)
            : Simulator.Run(topology, view.Learned, ingress, key, packet, _scratch);
        // 7. Where the copies go, here or through a tunnel, and what must be rewritten on the way.
        _plan.Make(topology, _scratch, ports);
        if (_plan.IsOpening)
            verdict = verdict with { IsCacheable = false };
        // 8. What was observed, and what the datapath needs to be exact besides; then up to one of few shapes.
        _mask = _scratch.Key.Mask;
        MaskPrerequisites.Complete(key, ref _mask);
        MaskShapes.RoundUp(key, ref _mask);
        return verdict;
    }

    /// <summary>What this very packet needs beyond what all of its flow do: one that opens a TCP connection through a tunnel, or is too long for it.</summary>
    /// <param name="ingress">Where it came in.</param>
    /// <param name="frame">Its bytes; changed in place.</param>
    /// <param name="offload">What its sender left to be done.</param>
    /// <param name="fits">It fits every tunnel; its source is told otherwise.</param>
    /// <returns>What is to be done with it.</returns>
    private ReadOnlySpan<FlowAction> Fit(PortId ingress, Span<byte> frame, in VirtioNetHeader offload, out bool fits)
    {
        var sent = _scratch.Translated.Count > 0 ? _scratch.Translated.Writable : frame;
        if (_plan.IsOpening && PacketLayout.TryParse(sent, out var layout))
        {
            layout.HasPartialChecksum = offload.NeedsChecksum;
            SegmentClamp.Lower(sent, layout, _plan.LongestFrame);
        }
        var length = _scratch.Cut is { } cut ? cut.NetworkOffset + Ipv6.MinMtu : offload.WireLengthOf(sent);
        fits = length <= _plan.LongestFrame;
        if (fits)
            return _plan.Actions;
        Counters.CountDrop(DropReason.PacketTooLong);
        // What leaves may be longer or shorter than what came in: the source is told of what it sends.
        TooLongStep.Answer(view.Topology, ingress, frame, _plan.LongestFrame + frame.Length - sent.Length, _scratch);
        return _plan.ActionsFor(length);
    }

    /// <summary>The packet goes nowhere, and may be of a connection that it would have found at another host.</summary>
    private bool MayBeKnownElsewhere(in Verdict verdict, out ConnectionKey unknown)
    {
        unknown = _scratch.Unknown.GetValueOrDefault();
        return _scratch.Unknown is not null && verdict.Kind is VerdictKind.Drop or VerdictKind.Consume;
    }

    /// <summary>Some wish is to learn what is not known yet.</summary>
    private bool HasNews()
    {
        foreach (ref readonly var effect in _scratch.Effects.Span)
        {
            if (
                effect.Kind == EffectKind.LearnMac
                || effect.Kind == EffectKind.OpenConnection
                || (effect is { Kind: EffectKind.SeeConnection, Seen: { Direction: FlowDirection.Return, IsAnswered: false } })
            )
                return true;
        }
        return false;
    }

    /// <summary>Counts what is dropped and keeps a flow for what can be kept.</summary>
    private void Settle(in FlowKey key, PortId ingress, in Verdict verdict, bool isForAll)
    {
        if (verdict.Kind == VerdictKind.Drop)
            NoteDrop(key, ingress, verdict);
        else if (!_plan.Unreached.IsEmpty)
            NoteDrop(key, ingress, UnreachedVerdict());
        if (verdict.IsCacheable && isForAll && flows.Count < FlowLimit)
        {
            Install(key, ingress, verdict);
            return;
        }
        Counters.NotInstalledFull += flows.Count >= FlowLimit ? 1 : 0;
        Traffic.Add(_scratch.RuleHits.Span, _scratch.Tags.Span, packets: 1, bytes: 0);
    }

    private void NoteDrop(in FlowKey key, PortId ingress, in Verdict verdict)
    {
        Counters.CountDrop(verdict.Reason);
        Drops.Add(key, ingress, verdict, DecidingRule(verdict.Decider));
    }

    /// <summary>The name of the rule that decided; null if none did.</summary>
    private string? DecidingRule(Decider decider)
    {
        if (!decider.IsRule)
            return null;
        var hits = _scratch.RuleHits.Span;
        for (var i = hits.Length - 1; i >= 0; i--)
        {
            if (hits[i].Chain == decider.Chain)
                return hits[i].Rule;
        }
        return null;
    }

    /// <summary>What a packet ends by of which a copy goes to a host that cannot be reached.</summary>
    private Verdict UnreachedVerdict() =>
        new(VerdictKind.Drop, DropReason.PeerUnreachable, IsCacheable: false, Decider.At(_plan.Unreached[0]));

    /// <summary>Steps 9 and 10: enters the flow under everything that it depends on, then queues it for the datapath.</summary>
    private FlowRecord Install(in FlowKey key, PortId ingress, in Verdict verdict)
    {
        var cohort = Cohort();
        var (id, mask, actions) = (_ids.Next(), _masks.Share(_mask), _actions.Share(_plan.Actions));
        FlowRecord record;
        if (flows.TakeSpare() is { } spare)
        {
            record = Renew(spare, key, ingress, verdict, cohort);
            record.Flow.Become(id, key.Masked(_mask), mask, actions);
        }
        else
            record = NewRecord(new DatapathFlow(id, key.Masked(_mask), mask, actions), key, ingress, verdict, cohort);
        RestOnConnections(record);
        record.Upcalls = 1;
        flows.Admit(record);
        datapath.Put(record.Flow);
        Counters.Installed++;
        return record;
    }

    private FlowCohort Cohort()
    {
        var tags = _scratch.Tags.Span;
        if (_scratch.Tags.Connections == 0)
            return flows.CohortOf(tags, _scratch.RuleHits.Span);
        _sharedTags.Clear();
        foreach (ref readonly var tag in tags)
        {
            if (tag.Kind != FlowTagKind.Connection)
                _sharedTags.Add(tag);
        }
        return flows.CohortOf(_sharedTags.Span, _scratch.RuleHits.Span);
    }

    /// <summary>The lookups of connections that the decision rests on; they stand until the next are asked for.</summary>
    private ReadOnlySpan<FlowTag> ConnectionTags()
    {
        if (_scratch.Tags.Connections == 0)
            return [];
        _ownTags.Clear();
        foreach (ref readonly var tag in _scratch.Tags.Span)
        {
            if (tag.Kind == FlowTagKind.Connection)
                _ownTags.Add(tag);
        }
        return _ownTags.Span;
    }

    private FlowRecord NewRecord(DatapathFlow flow, in FlowKey sample, PortId ingress, in Verdict verdict, FlowCohort cohort)
    {
        var now = clock.GetTimestamp();
        return new FlowRecord(sample)
        {
            Flow = flow,
            Ingress = ingress,
            Verdict = verdict,
            Cohort = cohort,
            Created = now,
            LastUsed = now,
        };
    }

    private FlowRecord Renew(FlowRecord spare, in FlowKey sample, PortId ingress, in Verdict verdict, FlowCohort cohort)
    {
        spare.Begin(sample, ingress, verdict, cohort);
        spare.Created = spare.LastUsed = clock.GetTimestamp();
        return spare;
    }

    private void RestOnConnections(FlowRecord record)
    {
        record.RestOn(_scratch.Uses.Span);
        record.RestOn(ConnectionTags());
    }
}
