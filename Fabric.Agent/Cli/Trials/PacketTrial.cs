using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Simulates packets one after another against one description, without any host.</summary>
/// <remarks>Not thread-safe. Frames that the network makes are simulated too, to where they leave it.</remarks>
/// <param name="topology">The description.</param>
/// <param name="isStateless">No packet sees what another taught.</param>
/// <param name="learned">What is known to begin with; nothing if left out.</param>
/// <param name="connections">The connections that are known to begin with; none if left out.</param>
internal sealed class PacketTrial(
    TopologySnapshot topology,
    bool isStateless = false,
    LearnedSnapshot? learned = null,
    IConnections? connections = null
)
{
    /// <summary>The most frames that the network may make because of one packet; more is a loop of answers.</summary>
    public const int MaxGenerated = 1024;

    private readonly SimulationScratch _scratch = new() { Trace = new Trace() };
    private readonly Buffer<RewriteStep> _steps = new(16);
    private readonly Queue<(Port Port, byte[] Frame)> _pending = new();
    private LearnedFacts _learned = new(learned);
    private TrialConnections _connections = new(connections);
    private readonly HashSet<FlowTag> _lookups = [];
    private TimeSpan _now;

    /// <summary>Every lookup that was made so far, for what the network made too.</summary>
    public IReadOnlySet<FlowTag> Lookups => _lookups;

    /// <summary>The description.</summary>
    public TopologySnapshot Topology { get; } = topology;

    /// <summary>Simulates a packet, and all that the network makes because of it.</summary>
    /// <param name="ingress">The exterior port that it comes in by.</param>
    /// <param name="key">Its headers.</param>
    /// <param name="frame">Its bytes.</param>
    /// <param name="at">When it comes in, since the first one; not before the last one, which is taken if left out.</param>
    public TrialReport Run(Port ingress, in FlowKey key, ReadOnlySpan<byte> frame, TimeSpan? at = null)
    {
        if (isStateless)
            (_learned, _connections) = (new LearnedFacts(learned), new TrialConnections(connections));
        _now = at ?? _now;
        _connections.Expire(Topology.Routers, _now);
        _scratch.Connections = _connections;
        var verdict = Simulator.Run(Topology, _learned.Now, ingress.Id, key, frame, _scratch);
        var outputs = Outputs();
        var why = TrialWhy.Of(Topology, verdict, outputs, _scratch);
        RewritePlan.Make(_scratch.Key, _scratch.Outputs.Span, _steps);
        var report = new TrialReport
        {
            Topology = Topology,
            Ingress = ingress,
            Key = key,
            EchoIdentifier = PacketDescription.EchoIdentifierOf(key, frame),
            Verdict = verdict,
            Outputs = outputs,
            Generated = [],
            Mask = _scratch.Key.Mask,
            Actions = [.. _steps.Span],
            RuleHits = [.. _scratch.RuleHits.Span],
            Tags = [.. _scratch.Tags.Span],
            Trace = [.. _scratch.Trace?.Steps ?? []],
            Why = why,
        };
        ApplyEffects();
        return report with { Generated = RunPending() };
    }

    /// <summary>When the last packet came in, since the first one.</summary>
    public TimeSpan Now => _now;

    /// <summary>Answers the questions that are open; false if none is.</summary>
    /// <param name="answer">The Ethernet address of whoever is asked for at a router's port; null for nobody.</param>
    public bool Resolve(Func<Port, MacAddress?> answer) => _learned.Resolve(id => answer(Topology.Ports[id]));

    private ImmutableArray<GeneratedPacket> RunPending()
    {
        var generated = ImmutableArray.CreateBuilder<GeneratedPacket>();
        while (_pending.TryDequeue(out var next))
        {
            if (generated.Count == MaxGenerated)
            {
                _pending.Clear();
                break;
            }
            FlowKeyReader.Read(next.Frame, 0, out var key);
            var verdict = Simulator.RunEmitted(Topology, _learned.Now, next.Port.Id, key, next.Frame, _scratch);
            var outputs = Outputs();
            generated.Add(new GeneratedPacket(next.Port, key, verdict, outputs, TrialWhy.Of(Topology, verdict, outputs, _scratch)));
            ApplyEffects();
        }
        return generated.DrainToImmutable();
    }

    private ImmutableArray<TrialPacket> Outputs()
    {
        var packets = ImmutableArray.CreateBuilder<TrialPacket>(_scratch.Outputs.Count);
        foreach (ref readonly var output in _scratch.Outputs.Span)
            packets.Add(new TrialPacket(Topology.Ports[output.Port], output.Packet.Key));
        return packets.MoveToImmutable();
    }

    private void ApplyEffects()
    {
        _lookups.UnionWith(_scratch.Tags.Span.ToArray());
        _connections.Remember(_scratch, _now);
        foreach (ref readonly var effect in _scratch.Effects.Span)
        {
            _learned.Add(effect);
            if (effect.Kind == EffectKind.Emit)
                _pending.Enqueue(
                    (Topology.Ports[effect.Port], _scratch.Frames.Span.Slice(effect.FrameOffset, effect.FrameLength).ToArray())
                );
            else if (effect.Kind == EffectKind.ResolveNeighbor)
                Ask(Topology.Ports[effect.Port], effect);
        }
    }

    private void Ask(Port port, in Effect effect)
    {
        Span<byte> frame = stackalloc byte[NeighborRequest.MaxLength];
        var length = NeighborRequest.Build(frame, port, effect.Address);
        if (length > 0)
            _pending.Enqueue((port, frame[..length].ToArray()));
    }
}
