using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>The working memory of one thread's simulations and, after a run, its detailed results.</summary>
/// <remarks>Not thread-safe; reused packet after packet, so that a run allocates nothing once its buffers have grown. Results stand until the next run.</remarks>
public sealed class SimulationScratch
{
    /// <summary>What the current router made of the packet, what that was before, and what it was when it came to that router.</summary>
    private readonly Buffer<byte>[] _translated = [new(256), new(256), new(256)];
    private int _newest;
    private Trace? _ruleTrace;

    /// <summary>The packet: original, rewritten, and the mask of what was observed.</summary>
    public ObservedKey Key { get; } = new();

    /// <summary>Copies that leave, in the order decided.</summary>
    public Buffer<Output> Outputs { get; } = new(16);

    /// <summary>Every lookup made, without repeats.</summary>
    public TagSet Tags { get; } = new();

    /// <summary>Wishes in order.</summary>
    public Buffer<Effect> Effects { get; } = new(8);

    /// <summary>The bytes of emitted frames.</summary>
    public Buffer<byte> Frames { get; } = new(4096);

    /// <summary>Devices traversed by the current copy, for rules that ask.</summary>
    public Buffer<DeviceRef> Traversed { get; } = new(SimulationLimits.MaxHops * 3);

    /// <summary>Rules that matched, in order, for each copy again.</summary>
    public Buffer<RuleHit> RuleHits { get; } = new(32);

    /// <summary>Wishes about connections that hold if this copy leaves the network: a translation that leads nowhere is not remembered.</summary>
    internal Buffer<Effect> Pending { get; } = new(4);

    /// <summary>The frame with other bytes than it came in with, where something was translated that no action can set; empty for most.</summary>
    public Buffer<byte> Translated => _translated[_newest];

    /// <summary>The frame is to be cut before it leaves; null for nearly all.</summary>
    public FragmentCut? Cut { get; internal set; }

    /// <summary>The transport checksum of the packet to be simulated holds the sum of its pseudo header alone, see <see cref="Packets.PacketLayout.HasPartialChecksum"/>.</summary>
    public bool IsChecksumUnfinished { get; set; }

    /// <summary>Where a router made a packet of the other IP version: its headers as its bytes were before.</summary>
    internal FlowKey BeforeFrame { get; set; }

    /// <summary>With it: its headers as the router received it.</summary>
    internal FlowKey BeforeReceived { get; set; }

    /// <summary>The connections that simulations of this thread ask for; none if left out.</summary>
    public IConnections Connections { get; set; } = NoConnections.Instance;

    /// <summary>The fragmented packets that simulations of this thread ask for; none if left out.</summary>
    public IFragments Fragments { get; set; } = NoFragments.Instance;

    /// <summary>The direction of the packet that was looked up first and not found, if it may be of a connection that other hosts know.</summary>
    public ConnectionKey? Unknown { get; internal set; }

    /// <summary>The packet stands for those of a flow that an agent before this one made: the connection that it is of had begun.</summary>
    public bool IsRecalling { get; set; }

    /// <summary>The connections that the packet was found to be of; whoever remembers one for it adds that.</summary>
    public Buffer<ConnectionFound> Uses { get; } = new(4);

    /// <summary>Chains that are being gone through, outermost first.</summary>
    internal Buffer<ChainId> ChainStack { get; } = new(SimulationLimits.MaxChainDepth + 1);

    /// <summary>The packet goes back through the tunnel that it came out of, to this address, as an answer; null for all but questions for that.</summary>
    public IpAddress? ReturnsTo { get; set; }

    /// <summary>Where steps are told, or null when nobody asked for a trace; a rule may ask during a run.</summary>
    public Trace? Trace { get; set; }

    /// <summary>Tells the steps from here on, because a rule wants it; ends with this run.</summary>
    internal void BeginTrace()
    {
        if (Trace is not null)
            return;
        _ruleTrace ??= new Trace();
        _ruleTrace.Clear();
        Trace = _ruleTrace;
    }

    /// <summary>Room for the frame anew, while what it is made of stays as it is.</summary>
    internal Buffer<byte> NextTranslated()
    {
        _newest = (_newest + 1) % _translated.Length;
        Translated.Clear();
        return Translated;
    }

    /// <summary>Leaves a tag for a lookup, once.</summary>
    public void Tag(in FlowTag tag) => Tags.Add(tag);

    /// <summary>Empties everything for a new packet.</summary>
    public void Reset(in FlowKey key)
    {
        Key.Reset(key);
        Outputs.Clear();
        Tags.Clear();
        Effects.Clear();
        Frames.Clear();
        Traversed.Clear();
        RuleHits.Clear();
        Uses.Clear();
        Pending.Clear();
        Unknown = null;
        Translated.Clear();
        Cut = null;
        ReturnsTo = null;
        if (ReferenceEquals(Trace, _ruleTrace))
            Trace = null;
        Trace?.Clear();
    }
}
