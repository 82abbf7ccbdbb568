using Fabric.Addresses;
using Fabric.Agent.Checks;
using Fabric.Agent.Connections;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Liveness;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using Fabric.Topology.Learned;

namespace Fabric.Agent.Effects;

/// <summary>Carries out what simulations wish for: learning, asking neighbors, sending what the network itself has to say.</summary>
/// <remarks>Owned by one upcall thread. A frame that the network made is simulated in turn, and may have effects of its own, up to <see cref="MaxDepth"/>.</remarks>
public sealed class EffectRunner(IDatapath datapath, NetworkView view, PortTable ports, TimeProvider clock)
{
    /// <summary>How deep answers may answer answers: a request, its reply, and what that reply sets free.</summary>
    public const int MaxDepth = 4;

    /// <summary>Frames that the network makes at most a second (RFC 1812, section 4.3.2.8; RFC 4443, section 2.4 f).</summary>
    public const int MaxEmissionsPerSecond = 20_000;

    /// <summary>Of these, frames that packets of one port may cause.</summary>
    public const int MaxEmissionsPerPortAndSecond = 2_000;

    /// <summary>How long a packet waits for a neighbor at most.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly Level[] _levels = [.. Enumerable.Range(0, MaxDepth).Select(_ => new Level())];
    private readonly TranslatedFrames _translated = new();
    private readonly NeighborResolver _resolver = new(clock);
    private readonly ParkingLot<NeighborKey> _parking = new(clock, MaxWait);
    private readonly FragmentLot _fragments = new(clock);
    private readonly List<ParkedPacket> _ended = [];
    private readonly List<NeighborKey> _ready = [];
    private readonly List<NeighborKey> _again = [];
    private readonly RateShares _emissions = new(clock, MaxEmissionsPerSecond, MaxEmissionsPerPortAndSecond);
    private PortId _payer;
    private int _depth;

    /// <summary>Frames made, and not made because of the limit.</summary>
    public required PathCounters Counters { get; init; }

    /// <summary>What remembers connections.</summary>
    public required ConnectionShard Connections
    {
        get;
        init
        {
            field = value;
            foreach (var level in _levels)
                level.Scratch.Connections = value;
        }
    }

    /// <summary>What the first fragments of packets have told.</summary>
    public IFragments Fragments => _fragments.Told;

    /// <summary>Told of every neighbor that speaks: the thread that its frames come to need not be the one that asked it.</summary>
    public Action<NeighborKey, MacAddress>? Spoke { get; set; }

    /// <summary>Told of every echo that came back, from which host it did; its bytes stand until the next packet.</summary>
    public EchoHeard? HeardEcho { get; set; }

    /// <summary>Told of every host that is to be asked at once whether the way to it is up.</summary>
    public Action<HostId>? HeardHint { get; set; }

    /// <summary>Packets whose connections other hosts may know.</summary>
    public ConnectionWait Unknown { get; } = new(clock);

    /// <summary>Told of every answer to a check of a router's pools; its bytes stand until the next packet.</summary>
    public CheckAnswered? HeardCheck { get; set; }

    private LearnedTable Learned => view.Facts;

    /// <summary>Some neighbor answered, or a first fragment came, so that packets that waited for it can go on.</summary>
    public bool HasReady => _ready.Count > 0 || _fragments.HasReady;

    /// <summary>Packets that wait, for a neighbor or for the first fragment of theirs.</summary>
    public int Parked => _parking.Count + _fragments.Waiting;

    /// <summary>Packets that were given up waiting.</summary>
    public long GivenUp => _parking.GivenUp + _fragments.GivenUp;

    /// <summary>Fragmented packets that were forgotten before their time, for want of room.</summary>
    public long FragmentedForgotten => _fragments.GaveWay;

    /// <summary>When a packet parked now is given up, in ticks of the clock.</summary>
    public long ParkDeadline => _parking.Deadline;

    /// <summary>Says which exterior port's packet is being decided: what it causes is of that port's share.</summary>
    public void PayFor(PortId ingress) => _payer = ingress;

    /// <summary>Lets a packet wait for the neighbors that its simulation asked for, or for the first fragment of its.</summary>
    public void Park(SimulationScratch decided, ParkedPacket packet)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind == EffectKind.AwaitFragment)
            {
                _fragments.Park(effect.Fragment, packet with { Deadline = ParkDeadline });
                return;
            }
            if (effect.Kind != EffectKind.ResolveNeighbor)
                continue;
            _parking.Park(new NeighborKey(effect.Port, effect.Address), packet);
            return;
        }
    }

    /// <summary>Carries out those effects of a simulation that a flow which is made of it rests on: before that is entered, or it would be stale at once.</summary>
    public void Remember(SimulationScratch decided) => Connections.Remember(decided, clock.GetTimestamp());

    /// <summary>Does so for a packet that goes nowhere if its translation cannot be remembered; that is counted, and the other effects are carried out.</summary>
    public bool TryRemember(SimulationScratch decided)
    {
        if (Connections.Remember(decided, clock.GetTimestamp()))
            return true;
        Counters.CountDrop(DropReason.NatExhausted);
        Run(decided);
        return false;
    }

    /// <summary>Carries out the other effects of a simulation.</summary>
    public void Run(SimulationScratch decided)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
            Run(decided, effect);
    }

    /// <summary>Learns what a simulation has seen, and nothing else: nobody is asked and nothing is sent.</summary>
    public void Learn(SimulationScratch decided)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind is EffectKind.LearnMac)
                Run(decided, effect);
        }
        Remember(decided);
    }

    /// <summary>A flow of an agent before this one goes to the neighbor that a simulation wishes to ask: it is believed, and asked all the same.</summary>
    public void RecallNeighbor(SimulationScratch decided, MacAddress mac)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind != EffectKind.ResolveNeighbor)
                continue;
            var neighbor = new NeighborKey(effect.Port, effect.Address);
            Learned.LearnNeighbor(neighbor, mac);
            Refresh(neighbor);
        }
    }

    /// <summary>Asks again where no answer came, gives up where none came for long, and tells whose waiting packets can go on.</summary>
    /// <param name="resume">Called for each packet that waited, to decide about it again.</param>
    public void Tick(Action<ParkedPacket> resume)
    {
        _again.Clear();
        _payer = default;
        _resolver.Tick(_again, _ready);
        foreach (var neighbor in _again)
            Ask(neighbor);
        // Collected first: going on may park and learn anew.
        var settled = _ready.ToArray();
        _ready.Clear();
        foreach (var neighbor in settled)
        {
            Learned.FailNeighbor(neighbor);
            foreach (var packet in _parking.Take(neighbor))
            {
                _payer = packet.Payer;
                if (packet.IsEmitted)
                    Emit(packet.Port, packet.Frame);
                else
                    resume(packet);
            }
        }
        _parking.Expire();
        _fragments.Tick(_ended);
        // Going on may let them wait anew, for a neighbor.
        foreach (var fragment in _ended)
        {
            _payer = fragment.Payer;
            resume(fragment);
        }
        _ended.Clear();
        Unknown.Tick(resume);
        _payer = default;
    }

    /// <summary>Asks a neighbor in use whether it is still there.</summary>
    public void Refresh(NeighborKey neighbor)
    {
        if (_resolver.TryBegin(neighbor, _payer))
            Ask(neighbor);
    }

    private void Run(SimulationScratch decided, in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.LearnMac:
                Learned.LearnMac(effect.Station, effect.Port);
                break;
            case EffectKind.LearnNeighbor:
                Learn(new NeighborKey(effect.Port, effect.Address), effect);
                break;
            case EffectKind.ResolveNeighbor:
                Refresh(new NeighborKey(effect.Port, effect.Address));
                break;
            case EffectKind.Emit:
                Emit(effect.Port, decided.Frames.Span.Slice(effect.FrameOffset, effect.FrameLength));
                break;
            case EffectKind.HearEcho:
                HeardEcho?.Invoke(effect.Peer, decided.Frames.Span.Slice(effect.FrameOffset, effect.FrameLength));
                break;
            case EffectKind.HearCheck:
                HeardCheck?.Invoke(effect.Router, decided.Frames.Span.Slice(effect.FrameOffset, effect.FrameLength));
                break;
            case EffectKind.AskPeer:
                HeardHint?.Invoke(effect.Peer);
                break;
            case EffectKind.TellFragment:
                _fragments.Tell(effect.Fragment, effect.Head);
                break;
            case EffectKind.OpenConnection or EffectKind.SeeConnection or EffectKind.AwaitFragment or EffectKind.WantPorts:
                // See Remember and Park.
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>A neighbor spoke to another upcall thread, or at another host; it matters if this one asked.</summary>
    public void Hear(NeighborKey neighbor, MacAddress mac)
    {
        if (!_resolver.Answered(neighbor))
            return;
        Learned.LearnNeighbor(neighbor, mac);
        _ready.Add(neighbor);
    }

    /// <summary>Forgets what was learned too long ago.</summary>
    public void Expire() => Learned.Expire();

    /// <summary>Goes on forgetting connections that were silent for too long; a slice, at every turn that has nothing better to do.</summary>
    public void ExpireConnections() => Connections.Expire(view.Topology.Routers, clock.GetTimestamp());

    /// <summary>An answer that nobody asked for makes no neighbor: it may be a lie (RFC 4861, section 7.2.5).</summary>
    private void Learn(NeighborKey neighbor, in Effect effect)
    {
        var wasAsked = _resolver.Answered(neighbor);
        Spoke?.Invoke(neighbor, effect.Mac);
        if (effect.IsAnswer && !wasAsked)
        {
            // The thread, or the host, that did ask decides.
            Learned.Overhear(neighbor, effect.Mac);
            if (!view.Learned.Neighbors.ContainsKey(neighbor))
                return;
        }
        Learned.LearnNeighbor(neighbor, effect.Mac);
        _ready.Add(neighbor);
    }

    private void Ask(NeighborKey neighbor)
    {
        if (!view.Topology.Ports.TryGetValue(neighbor.Port, out var port))
            return;
        Span<byte> frame = stackalloc byte[NeighborRequest.MaxLength];
        var length = NeighborRequest.Build(frame, port, neighbor.Address);
        if (length > 0)
            Emit(neighbor.Port, frame[..length]);
    }

    /// <summary>Sends what a router itself has to say, by one of its ports.</summary>
    public void Say(PortId port, ReadOnlySpan<byte> frame)
    {
        _payer = default;
        Emit(port, frame);
    }

    /// <summary>Simulates a frame from a device's port on and sends it where it ends.</summary>
    private void Emit(PortId port, ReadOnlySpan<byte> frame)
    {
        if (_depth == MaxDepth || !_emissions.TryTake(_payer))
        {
            Counters.EmissionsSuppressed++;
            return;
        }
        var level = _levels[_depth++];
        try
        {
            Counters.Emitted++;
            Counters.Simulations++;
            // The frame may lie in the scratch of the level above, but never in this one, which is emptied.
            FlowKeyReader.Read(frame, inPort: 0, out var key);
            var topology = view.Topology;
            var verdict = Simulator.RunEmitted(topology, view.Learned, port, key, frame, level.Scratch);
            if (verdict.Kind == VerdictKind.Incomplete)
                Park(level.Scratch, new ParkedPacket(port, 0, true, frame.ToArray(), default, _payer, ParkDeadline));
            Remember(level.Scratch);
            level.Plan.Make(topology, level.Scratch, ports);
            _translated.Execute(datapath, level.Scratch, frame, default, level.Plan.Actions);
            Run(level.Scratch);
        }
        finally
        {
            _depth--;
        }
    }

    private sealed class Level
    {
        public SimulationScratch Scratch { get; } = new();

        public ActionPlan Plan { get; } = new();
    }
}
