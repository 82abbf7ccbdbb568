using System.Diagnostics;
using System.Runtime.CompilerServices;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Answers the checks of a compiled chain.</summary>
internal static class RuleChecks
{
    /// <summary>Finds the first rule that matches.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="traversal">Where the chain is attached.</param>
    /// <param name="program">The chain's program.</param>
    /// <param name="from">The first rule to try, 0..number of rules.</param>
    /// <returns>The rule's place, or the number of rules.</returns>
    public static int FirstMatch(ref Walk walk, ref ChainTraversal traversal, ChainProgram program, int from)
    {
        var checks = program.Checks;
        var at = CompareHeaders(walk.Key, checks, program.Entries[from]);
        while (at >= 0)
        {
            ref readonly var step = ref checks[at];
            if (step.Check.Kind == RuleCheckKind.Run)
                at = program.Runs[step.Check.Value].Next(walk.Key);
            else
                at = IsMet(ref walk, ref traversal, program, in step.Check) ? step.OnMet : step.OnUnmet;
            at = CompareHeaders(walk.Key, checks, at);
        }
        return ~at;
    }

    /// <summary>Goes on as long as header fields are compared, which is nearly always; a loop of its own, that needs nothing but them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CompareHeaders(ObservedKey key, ReadOnlySpan<ChainCheck> checks, int at)
    {
        while (at >= 0)
        {
            ref readonly var step = ref checks[at];
            ref readonly var check = ref step.Check;
            bool isMet;
            if (check.Kind == RuleCheckKind.Bits)
                isMet = key.MatchesWord(check.Word, check.Value, check.Bits);
            else if (check.Kind == RuleCheckKind.Range)
                isMet = key.InRangeOfWord(check.Field, check.Word, check.Value, check.Bits);
            else
                break;
            at = isMet ? step.OnMet : step.OnUnmet;
        }
        return at;
    }

    private static bool IsMet(ref Walk walk, ref ChainTraversal traversal, ChainProgram program, in RuleCheck check) =>
        check.Kind switch
        {
            RuleCheckKind.Bits or RuleCheckKind.Range or RuleCheckKind.Run => throw new UnreachableException("is gone through before"),
            RuleCheckKind.IngressGroup => IsInGroup(PortStep.Find(ref walk, walk.Ingress), check.Value),
            RuleCheckKind.InPort => traversal.InPort?.Id.Value == check.Value,
            RuleCheckKind.InPorts => IsInList(traversal.InPort, program.PortLists[check.Value]),
            RuleCheckKind.InGroup => IsInGroup(traversal.InPort, check.Value),
            RuleCheckKind.OutPort => traversal.OutPort?.Id.Value == check.Value,
            RuleCheckKind.OutPorts => IsInList(traversal.OutPort, program.PortLists[check.Value]),
            RuleCheckKind.OutGroup => IsInGroup(traversal.OutPort, check.Value),
            RuleCheckKind.Traversed => walk.Scratch.Traversed.Span.Contains(new DeviceRef((DeviceKind)check.Bits, check.Value)),
            RuleCheckKind.Rewritten => !walk.Key.Written.IsWildcard(FlowField.NwDst),
            RuleCheckKind.Ip => traversal.IsIp ??= RulePrerequisites.IsIp(walk.Key),
            RuleCheckKind.Ports => traversal.HasPorts ??= RulePrerequisites.HasPorts(walk.Key),
            RuleCheckKind.Set => RuleSets.Contains(ref walk, new AddressSetId(check.Value), check.Field),
            RuleCheckKind.State => ConnectionStep.Is(ref walk, (ConnectionStates)check.Value),
            RuleCheckKind.Return => ConnectionStep.IsReturn(ref walk),
            RuleCheckKind.InnerSource => RuleInnerPacket.IsFrom(ref walk, program.Prefixes[(int)check.Value]),
            RuleCheckKind.InnerDestination => RuleInnerPacket.IsTo(ref walk, program.Prefixes[(int)check.Value]),
        };

    private static bool IsInList(Port? port, ulong[] ports) => port is not null && ports.AsSpan().BinarySearch(port.Id.Value) >= 0;

    private static bool IsInGroup(Port? port, ulong group)
    {
        if (port is null)
            return false;
        foreach (var member in port.Groups)
        {
            if (member.Value == group)
                return true;
        }
        return false;
    }
}
