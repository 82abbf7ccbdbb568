using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>One packet's way through the network: what it is decided by, and what has been decided so far.</summary>
/// <remarks>
/// A value of the simulating thread, handed from step to step by reference. A step reads headers through <see cref="Key"/>, leaves a tag for
/// every lookup, and either hands the packet on or ends it by <see cref="Drop"/> or <see cref="Consume"/>.
/// </remarks>
internal ref struct Walk
{
    /// <summary>The description; one for the whole walk.</summary>
    public required TopologySnapshot Topology;

    /// <summary>The learned facts; one for the whole walk.</summary>
    public required LearnedSnapshot Learned;

    /// <summary>Working memory and results.</summary>
    public required SimulationScratch Scratch;

    /// <summary>The frame as its bytes are now, for readers of payload; what they decide is not cacheable.</summary>
    public ReadOnlySpan<byte> Packet;

    /// <summary>The frame as it came in.</summary>
    public ReadOnlySpan<byte> Arrived;

    /// <summary>The packet as the current router received it: what an answer of it is about.</summary>
    public ObservedKey.Rewrites Received;

    /// <summary>The current router made a packet of the other IP version of it: what it was, errors about it quote, see <see cref="Before"/>.</summary>
    public bool IsCrossed;

    /// <summary>With it: the bytes before; their headers are in the scratch.</summary>
    public ReadOnlySpan<byte> Before;

    /// <summary>The exterior port by which the packet entered the network; default for one that the network made.</summary>
    public PortId Ingress;

    /// <summary>The network made this packet itself.</summary>
    public bool IsEmitted;

    /// <summary>This copy is one of several: what becomes of it alone is nothing to tell its source.</summary>
    public bool IsFlooded;

    /// <summary>A rule asked about the connection of this copy: where it leaves the network, a new one is to be remembered.</summary>
    public bool IsConnectionAsked;

    /// <summary>What the packet is to its connection, once somebody has asked.</summary>
    public ConnectionStanding Connection;

    /// <summary>What the current router found out about the packet's translation.</summary>
    public NatStanding Nat;

    /// <summary>What is known of the packet that a later fragment is of.</summary>
    public FragmentPlace Fragment;

    /// <summary>This copy was told to begin a translation by its TCP flags, which those behind it lack: they are observed unless it is remembered.</summary>
    public bool AreFlagsSeen;

    /// <summary>The same of some copy before.</summary>
    public bool WereFlagsSeen;

    /// <summary>Devices that this copy has passed.</summary>
    public int Hops;

    /// <summary>Device steps of all copies.</summary>
    public int Steps;

    /// <summary>Something was decided by more than the mask tells.</summary>
    public bool IsUncacheable;

    /// <summary>A copy was taken by a device of the network.</summary>
    public bool IsConsumed;

    /// <summary>A copy waits for a fact.</summary>
    public bool IsIncomplete;

    /// <summary>Why the first dropped copy was dropped.</summary>
    public DropReason Reason;

    /// <summary>What dropped the first dropped copy.</summary>
    public Decider Decider;

    /// <summary>The packet's headers.</summary>
    public readonly ObservedKey Key => Scratch.Key;

    /// <summary>Somebody asked for a trace.</summary>
    public readonly bool IsTraced => Scratch.Trace is not null;

    /// <summary>Ends this copy: dropped, for a reason, by a device or rule.</summary>
    public void Drop(DropReason reason, Decider decider)
    {
        if (Reason == DropReason.None)
        {
            Reason = reason;
            Decider = decider;
        }
        if (IsTraced)
            Note(TraceStepKind.Drop, decider.Device, TraceText.DropSentence(Topology, reason, decider));
    }

    /// <summary>Ends this copy: a device of the network took it. Never cacheable.</summary>
    public void Consume()
    {
        IsConsumed = true;
        IsUncacheable = true;
    }

    /// <summary>Ends this copy for now: a fact that was asked for is missing. Never cacheable.</summary>
    public void Await()
    {
        IsIncomplete = true;
        IsUncacheable = true;
    }

    /// <summary>Leaves a tag for a lookup.</summary>
    public readonly void Tag(in FlowTag tag) => Scratch.Tag(tag);

    /// <summary>Records a step of the trace; callers make the text only when <see cref="IsTraced"/>.</summary>
    public readonly void Note(TraceStepKind kind, DeviceRef device, string text) =>
        Scratch.Trace?.Add(kind, device, Hops, text, Key.Current);
}
