using System.Diagnostics;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Runs a packet through a chain.</summary>
internal static class ChainStep
{
    /// <summary>Runs the rules; false means the packet was dropped or rejected, and the walk knows why.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="chain">The chain attached here, or null for none.</param>
    /// <param name="hook">Where it is attached.</param>
    /// <param name="at">The port, bridge or router that it is attached to.</param>
    /// <param name="inPort">The port by which the packet entered the current bridge or router; null for a packet that it made.</param>
    /// <param name="outPort">The port by which the packet leaves the current bridge or router, where known.</param>
    public static bool Passes(ref Walk walk, ChainId? chain, ChainHook hook, DeviceRef at, Port? inPort, Port? outPort)
    {
        if (chain is not { } id)
            return true;
        var traversal = new ChainTraversal
        {
            Hook = hook,
            At = at,
            InPort = inPort,
            OutPort = outPort,
        };
        var outcome = Run(ref walk, ref traversal, id);
        Debug.Assert(walk.Scratch.ChainStack.Count == 0, "every chain that was entered was left");
        return outcome != ChainOutcome.Dropped;
    }

    private static ChainOutcome Run(ref Walk walk, ref ChainTraversal traversal, ChainId id)
    {
        walk.Tag(FlowTag.Of(FlowTagKind.Chain, id.Value));
        if (!walk.Topology.Chains.TryGetValue(id, out var chain))
        {
            Note(ref walk, in traversal, TraceText.ChainMissing(id));
            return ChainOutcome.Left;
        }
        // The rules of the network refuse circles; but a chain that waits for itself would never end, so it is not trusted that there are none.
        if (walk.Scratch.ChainStack.Span.Contains(id))
        {
            Note(ref walk, in traversal, TraceText.ChainSkipped(chain));
            return ChainOutcome.Left;
        }
        if (walk.IsTraced)
            Note(ref walk, in traversal, TraceText.EntersChain(walk.Topology, chain, traversal.Hook, traversal.At));
        walk.Scratch.ChainStack.Add(id);
        var outcome = RunRules(ref walk, ref traversal, chain);
        walk.Scratch.ChainStack.Truncate(walk.Scratch.ChainStack.Count - 1);
        return outcome;
    }

    private static ChainOutcome RunRules(ref Walk walk, ref ChainTraversal traversal, Chain chain)
    {
        var program = ChainProgram.Of(chain);
        for (var next = 0; ; next++)
        {
            next = RuleChecks.FirstMatch(ref walk, ref traversal, program, next);
            if (next == chain.Rules.Length)
                return ChainOutcome.Left;
            var rule = chain.Rules[next];
            walk.Scratch.RuleHits.Add(new RuleHit(chain.Id, rule.Name));
            if (walk.IsTraced)
                walk.Note(TraceStepKind.Rule, traversal.At, TraceText.Matches(walk.Topology, rule, traversal.Decider(chain, next)));
            if (Obey(ref walk, ref traversal, rule, traversal.Decider(chain, next)) is { } outcome)
                return outcome;
        }
    }

    /// <summary>Does what a matching rule says; null goes on with the next rule.</summary>
    private static ChainOutcome? Obey(ref Walk walk, ref ChainTraversal traversal, Rule rule, Decider decider)
    {
        switch (rule.Action)
        {
            case RuleAction.Accept:
                return ChainOutcome.Accepted;
            case RuleAction.Drop:
                walk.Drop(DropReason.Rule, decider);
                return ChainOutcome.Dropped;
            case RuleAction.Reject:
                if (traversal.InPort is { } inPort)
                    RejectStep.Answer(ref walk, inPort);
                walk.Drop(DropReason.RuleReject, decider);
                return ChainOutcome.Dropped;
            case RuleAction.Continue:
                return null;
            case RuleAction.Jump:
                return Jump(ref walk, ref traversal, rule, decider);
            case RuleAction.Return:
                return ChainOutcome.Left;
            case RuleAction.PushVlan:
                return RuleVlan.Push(walk.Key, rule.Vlan.GetValueOrDefault()) ? null : Refuse(ref walk, DropReason.VlanDepth, decider);
            case RuleAction.PopVlan:
                RuleVlan.Pop(walk.Key);
                return null;
            case RuleAction.Trace:
                walk.Scratch.BeginTrace();
                return null;
        }
        throw new UnreachableException();
    }

    private static ChainOutcome? Jump(ref Walk walk, ref ChainTraversal traversal, Rule rule, Decider decider)
    {
        traversal.Jumps++;
        // The outermost chain was not jumped to.
        var isTooDeep = walk.Scratch.ChainStack.Count > SimulationLimits.MaxChainDepth || traversal.Jumps > SimulationLimits.MaxJumps;
        if (isTooDeep)
            return Refuse(ref walk, DropReason.ChainDepth, decider);
        var outcome = Run(ref walk, ref traversal, rule.JumpTo.GetValueOrDefault());
        return outcome == ChainOutcome.Left ? null : outcome;
    }

    private static ChainOutcome? Refuse(ref Walk walk, DropReason reason, Decider decider)
    {
        walk.Drop(reason, decider);
        return ChainOutcome.Dropped;
    }

    private static void Note(ref Walk walk, in ChainTraversal traversal, string text) => walk.Note(TraceStepKind.Chain, traversal.At, text);
}
