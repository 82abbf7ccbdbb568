using System.Diagnostics;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>What is known of a packet within a plan, for every packet that the flow's mask admits.</summary>
/// <remarks>
/// A bit that an action has set holds that value. Any other bit holds what the packet came in with, which is known only if the mask has the
/// bit exact: another packet may differ there. So a bit that simulation wrote needs an action unless it is known to have that value,
/// and a bit that it did not write must be known to hold, or never to have lost, what came in.
/// </remarks>
internal ref struct RewriteState(ObservedKey key)
{
    private FlowKey _current = key.Frame;
    private FlowMask _set;

    /// <summary>The packet needs no action to be the wanted one.</summary>
    /// <param name="wanted">The packet as it should be.</param>
    /// <param name="mask">The flow's exact bits.</param>
    public readonly bool IsAt(in ObservedKey.Rewrites wanted, in FlowMask mask) => !TryNeed(wanted, mask, out _);

    /// <summary>Appends the actions that make the packet the wanted one.</summary>
    public void MoveTo(in ObservedKey.Rewrites wanted, Buffer<RewriteStep> steps)
    {
        if (!TryNeed(wanted, key.Mask, out var need))
            return;
        if (NeedsVlan(need))
            MoveVlans(wanted.Key, steps);
        foreach (var field in FrameField.Settable)
        {
            // All of a tag's bits are done.
            if (field != FlowField.VlanTci)
                Set(field, need.GetAny(field), wanted, steps);
        }
        Debug.Assert(IsAt(wanted, key.Mask), "simulation wrote a field that no action can set");
    }

    /// <summary>Finds the bits that are not known to be as wanted.</summary>
    /// <returns>False if there is none.</returns>
    private readonly bool TryNeed(in ObservedKey.Rewrites wanted, in FlowMask mask, out FlowMask need)
    {
        need = default;
        var original = FlowWords.Span(in key.Frame.Words);
        var current = FlowWords.Span(in _current.Words);
        var target = FlowWords.Span(in wanted.Key.Words);
        var set = FlowWords.Span(in _set.Words);
        var exact = FlowWords.Span(in mask.Words);
        var written = FlowWords.Span(in wanted.Written.Words);
        var result = FlowWords.Mutable(ref need.Words);
        ulong any = 0;
        for (var i = 0; i < FlowWords.Count; i++)
        {
            var isRight = set[i] & ~(current[i] ^ target[i]) | ~set[i] & exact[i] & ~(original[i] ^ target[i]);
            var isOriginal = ~set[i] | exact[i] & ~(current[i] ^ original[i]);
            result[i] = written[i] & ~isRight | ~written[i] & ~isOriginal;
            any |= result[i];
        }
        return any != 0;
    }

    private void Set(FlowField field, UInt128 need, in ObservedKey.Rewrites wanted, Buffer<RewriteStep> steps)
    {
        if (need == UInt128.Zero)
            return;
        var written = wanted.Written.GetAny(field);
        if ((need & ~written) != UInt128.Zero)
            key.ObserveOriginal(field);
        Presuppose(field);
        var bits = need | written;
        var value = wanted.Key.GetAny(field);
        steps.Add(RewriteStep.Of(FlowAction.SetField(field, value, bits)));
        _current.SetAny(field, _current.GetAny(field) & ~bits | value & bits);
        _set.Add(field, bits);
    }

    /// <summary>Every packet of the flow must have the field, or an action would not do the same to all.</summary>
    private readonly void Presuppose(FlowField field)
    {
        if (field is FlowField.EthSrc or FlowField.EthDst)
            return;
        key.ObserveOriginal(FlowField.EthType);
        if (field is not (FlowField.TpSrc or FlowField.TpDst or FlowField.NdTarget or FlowField.ArpSha or FlowField.ArpTha))
            return;
        key.ObserveOriginal(FlowField.IpProto);
        key.ObserveOriginal(FlowField.IpFrag);
    }

    private static bool NeedsVlan(in FlowMask need) =>
        (need.Get(FlowField.VlanTpid) | need.Get(FlowField.VlanTci) | need.Get(FlowField.CvlanTpid) | need.Get(FlowField.CvlanTci)) != 0;

    /// <summary>Pops down to the tags that both packets have innermost, then pushes the wanted ones.</summary>
    /// <remarks>Tags are rare: all of their bits become exact, and what was unknown about them is known. The kernel cannot set a tag in place.</remarks>
    private void MoveVlans(in FlowKey wanted, Buffer<RewriteStep> steps)
    {
        key.ObserveOriginal(FlowField.VlanTpid);
        key.ObserveOriginal(FlowField.VlanTci);
        key.ObserveOriginal(FlowField.CvlanTpid);
        key.ObserveOriginal(FlowField.CvlanTci);
        var (from, to) = (VlanStack.Of(_current), VlanStack.Of(wanted));
        var common = 0;
        while (common < from.Count && common < to.Count && from[common] == to[common])
            common++;
        for (var i = from.Count; i > common; i--)
            steps.Add(RewriteStep.Of(FlowAction.PopVlan()));
        for (var i = common; i < to.Count; i++)
            steps.Add(RewriteStep.Of(FlowAction.PushVlan(to[i].Tpid, to[i].Tci)));
        Take(FlowField.VlanTpid, wanted);
        Take(FlowField.VlanTci, wanted);
        Take(FlowField.CvlanTpid, wanted);
        Take(FlowField.CvlanTci, wanted);
    }

    private void Take(FlowField field, in FlowKey wanted)
    {
        _current.Set(field, wanted.Get(field));
        _set.AddWhole(field);
    }

    /// <summary>The VLAN tags of a key, innermost first.</summary>
    private readonly record struct VlanStack(int Count, (ushort Tpid, ushort Tci) Inner, (ushort Tpid, ushort Tci) Outer)
    {
        public (ushort Tpid, ushort Tci) this[int index] => index == 0 ? Inner : Outer;

        public static VlanStack Of(in FlowKey key)
        {
            var outer = ((ushort)key.Get(FlowField.VlanTpid), (ushort)key.Get(FlowField.VlanTci));
            var inner = ((ushort)key.Get(FlowField.CvlanTpid), (ushort)key.Get(FlowField.CvlanTci));
            if (outer.Item1 == 0)
                return default;
            return inner.Item1 == 0 ? new VlanStack(1, outer, default) : new VlanStack(2, inner, outer);
        }
    }
}
