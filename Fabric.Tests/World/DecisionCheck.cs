using System.Collections.Immutable;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.World;

/// <summary>Holds what a host does with each packet against what simulating that packet says.</summary>
/// <remarks>
/// <para>
/// What is checked: whenever a frame is forwarded or dropped at a host, by a decision or by a flow that admits it, the actions are equal, one by
/// one, to those that the simulator and the translator give for this very frame, by some (description, learned facts, attached ports) that the
/// host has had at the same time, between the last moment of quiet and now.
/// </para>
/// <para>
/// A moment of quiet is the end of a turn of the upcall thread after which no touched tag waits, no touched flow waits to be compared, all that
/// an agent before this one left was gone through, and ports were not attached or detached for <see cref="PortPatience"/> (the ports' actor
/// tells the flows at the end of its round, not with each port). So a flow may be wrong for as long as the thread is busy or paused, or
/// no agent is there, and no packet longer.
/// </para>
/// <para>A copy that goes to another host is checked again there, as a frame that came out of the tunnel by a key.</para>
/// </remarks>
internal sealed class DecisionCheck(HostId self, TimeProvider time)
{
    /// <summary>How long after a change of the attached ports flows of before are still right.</summary>
    public static readonly TimeSpan PortPatience = TimeSpan.FromMilliseconds(200);

    private readonly List<Moment> _moments = [];
    private readonly SimulationScratch _scratch = new();
    private readonly ActionPlan _plan = new();
    private long _portsChanged;

    /// <summary>Frames that were held against a simulation.</summary>
    public long Checked { get; private set; }

    /// <summary>Moments that flows may still be of.</summary>
    public int Moments => _moments.Count;

    /// <summary>Takes down how things are, if they are not as they were.</summary>
    public void Note(NetworkView view, PortTable ports)
    {
        var last = _moments.Count > 0 ? _moments[^1] : null;
        var hasSamePorts = last?.HasPortsOf(ports) ?? false;
        if (!hasSamePorts)
            _portsChanged = time.GetTimestamp();
        if (last is not null && hasSamePorts && last.Topology == view.Topology && last.Learned == view.Learned)
            return;
        var attached = hasSamePorts ? last!.Attached : ports.Attached.ToImmutableSortedDictionary();
        _moments.Add(new Moment(view.Topology, view.Learned, attached, ports.Underlay.TunnelPort, ports.Underlay.LinkMtus));
    }

    /// <summary>Nothing waits: from now on all is right by how things are.</summary>
    public void Settle()
    {
        if (time.GetElapsedTime(_portsChanged) >= PortPatience)
            _moments.RemoveRange(0, _moments.Count - 1);
    }

    /// <summary>Tells how what was done with a frame differs from all that could have been right, or null.</summary>
    public string? Compare(in FlowKey key, byte[] frame, ReadOnlySpan<FlowAction> done)
    {
        Checked++;
        for (var i = _moments.Count - 1; i >= 0; i--)
        {
            if (TryDecide(_moments[i], key, frame, out _) && _plan.Actions.SequenceEqual(done))
                return null;
        }
        return $"did [{Text(done)}]; right would be {string.Join(" or ", Wanted(key, frame).Distinct())}";
    }

    /// <summary>Decides by how things are now.</summary>
    /// <param name="key">The packet.</param>
    /// <param name="frame">Its bytes, or none.</param>
    /// <param name="verdict">What becomes of it.</param>
    /// <param name="mask">What was observed, completed and rounded up as the packet path does.</param>
    /// <param name="actions">What is to be done.</param>
    /// <returns>False if its port is not attached.</returns>
    public bool TryDecideNow(in FlowKey key, ReadOnlySpan<byte> frame, out Verdict verdict, out FlowMask mask, out FlowAction[] actions)
    {
        var isKnown = TryDecide(_moments[^1], key, frame, out verdict);
        (mask, actions) = (isKnown ? _scratch.Key.Mask : default, isKnown ? _plan.Actions.ToArray() : []);
        MaskPrerequisites.Complete(key, ref mask);
        return isKnown;
    }

    public static string Text(ReadOnlySpan<FlowAction> actions) =>
        string.Join(", ", actions.ToArray().Select(action => FlowText.Format(action)));

    private IEnumerable<string> Wanted(FlowKey key, byte[] frame) =>
        _moments.Select(moment =>
            TryDecide(moment, key, frame, out var verdict)
                ? $"[{Text(_plan.Actions)}] ({verdict.Kind} {verdict.Reason})"
                : "nothing, for the port is not attached"
        );

    private bool TryDecide(Moment moment, in FlowKey key, ReadOnlySpan<byte> frame, out Verdict verdict)
    {
        verdict = default;
        var ports = moment.Locate(self);
        if (!ports.TryGetIngress(key.InPort, out var ingress))
            return false;
        verdict = ports.Underlay.IsTunnel(key.InPort)
            ? TunnelArrival.Decide(moment.Topology, moment.Learned, self, key, _scratch)
            : Simulator.Run(moment.Topology, moment.Learned, ingress, key, frame, _scratch);
        _plan.Make(moment.Topology, _scratch, ports);
        return true;
    }
}
