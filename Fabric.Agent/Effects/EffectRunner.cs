using Fabric.Agent.Datapaths;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Effects;

/// <summary>Carries out what simulations wish for: learning, asking neighbors, sending what the network itself has to say.</summary>
/// <remarks>Owned by one upcall thread. A frame that the network made is simulated in turn, and may have effects of its own, up to <see cref="MaxDepth"/>.</remarks>
public sealed class EffectRunner(IDatapath datapath, NetworkView view, PortTable ports, LearnedTable learned, TimeProvider clock)
{
    /// <summary>How deep answers may answer answers: a request, its reply, and what that reply sets free.</summary>
    public const int MaxDepth = 4;

    /// <summary>Frames that the network makes at most a second (RFC 1812, section 4.3.2.8; RFC 4443, section 2.4 f).</summary>
    public const int MaxEmissionsPerSecond = 20_000;

    private readonly Level[] levels = [.. Enumerable.Range(0, MaxDepth).Select(_ => new Level())];
    private readonly NeighborResolver resolver = new(clock);
    private readonly ParkingLot parking = new(clock);
    private readonly List<NeighborKey> ready = [];
    private readonly List<NeighborKey> again = [];
    private long emissionWindow;
    private int emissions;
    private int depth;

    /// <summary>Frames made, and not made because of the limit.</summary>
    public required PathCounters Counters { get; init; }

    /// <summary>Some neighbor answered, so that packets that waited for it can go on.</summary>
    public bool HasReady => ready.Count > 0;

    /// <summary>Packets that wait for a neighbor.</summary>
    public int Parked => parking.Count;

    /// <summary>Packets that were given up waiting.</summary>
    public long GivenUp => parking.GivenUp;

    /// <summary>When a packet parked now is given up, in ticks of the clock.</summary>
    public long ParkDeadline => parking.Deadline;

    /// <summary>Lets a packet wait for the neighbors that its simulation asked for.</summary>
    public void Park(SimulationScratch decided, ParkedPacket packet)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind != EffectKind.ResolveNeighbor)
                continue;
            parking.Park(new NeighborKey(effect.Port, effect.Address), packet);
            return;
        }
    }

    /// <summary>Carries out the effects of a simulation.</summary>
    public void Run(SimulationScratch decided)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
            Run(decided, effect);
    }

    /// <summary>Asks again where no answer came, gives up where none came for long, and tells whose waiting packets can go on.</summary>
    /// <param name="resume">Called for each packet that waited, to decide about it again.</param>
    public void Tick(Action<ParkedPacket> resume)
    {
        again.Clear();
        resolver.Tick(again, ready);
        foreach (var neighbor in again)
            Ask(neighbor);
        // Collected first: going on may park and learn anew.
        var settled = ready.ToArray();
        ready.Clear();
        foreach (var neighbor in settled)
        {
            if (!view.Learned.Neighbors.ContainsKey(neighbor))
                learned.FailNeighbor(neighbor);
            foreach (var packet in parking.Take(neighbor))
            {
                if (packet.IsEmitted)
                    Emit(packet.Port, packet.Frame);
                else
                    resume(packet);
            }
        }
        parking.Expire();
    }

    /// <summary>Asks a neighbor in use whether it is still there.</summary>
    public void Refresh(NeighborKey neighbor)
    {
        if (resolver.TryBegin(neighbor))
            Ask(neighbor);
    }

    private void Run(SimulationScratch decided, in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.LearnMac:
                learned.LearnMac(effect.Station, effect.Port);
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
            case EffectKind.TrackConnection:
                learned.TrackConnection(effect.Connection);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>An answer that nobody asked for makes no neighbor: it may be a lie (RFC 4861, section 7.2.5).</summary>
    private void Learn(NeighborKey neighbor, in Effect effect)
    {
        var wasAsked = resolver.Answered(neighbor);
        if (effect.IsAnswer && !wasAsked && !view.Learned.Neighbors.ContainsKey(neighbor))
            return;
        learned.LearnNeighbor(neighbor, effect.Mac);
        ready.Add(neighbor);
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

    /// <summary>Simulates a frame from a device's port on and sends it where it ends.</summary>
    private void Emit(PortId port, ReadOnlySpan<byte> frame)
    {
        if (depth == MaxDepth || IsOverRate())
        {
            Counters.EmissionsSuppressed++;
            return;
        }
        var level = levels[depth++];
        try
        {
            Counters.Emitted++;
            Counters.Simulations++;
            // The frame may lie in the scratch of the level above, but never in this one, which is emptied.
            FlowKeyReader.Read(frame, inPort: 0, out var key);
            var verdict = Simulator.RunEmitted(view.Topology, view.Learned, port, key, frame, level.Scratch);
            if (verdict.Kind == VerdictKind.Incomplete)
                Park(level.Scratch, new ParkedPacket(port, 0, true, frame.ToArray(), default, ParkDeadline));
            level.Plan.Make(level.Scratch, ports);
            datapath.Execute(frame, default, level.Plan.Actions);
            Run(level.Scratch);
        }
        finally
        {
            depth--;
        }
    }

    private bool IsOverRate()
    {
        var window = clock.GetTimestamp() / clock.TimestampFrequency;
        if (window != emissionWindow)
        {
            emissionWindow = window;
            emissions = 0;
        }
        return ++emissions > MaxEmissionsPerSecond;
    }

    private sealed class Level
    {
        public SimulationScratch Scratch { get; } = new();

        public ActionPlan Plan { get; } = new();
    }
}
