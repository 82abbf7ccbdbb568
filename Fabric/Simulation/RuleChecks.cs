using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Addresses;
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
    public static int FirstMatch(ref Walk walk, in ChainTraversal traversal, ChainProgram program, int from)
    {
        var key = walk.Key;
        var checks = program.Checks;
        var at = program.Entries[from];
        while (at >= 0)
        {
            ref readonly var step = ref checks[at];
            ref readonly var check = ref step.Check;
            var isMet =
                check.Kind == RuleCheckKind.Bits
                    ? key.MatchesWord(check.Word, check.Value, check.Bits)
                    : IsMet(ref walk, in traversal, program, in check);
            at = isMet ? step.OnMet : step.OnUnmet;
        }
        return ~at;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsMet(ref Walk walk, in ChainTraversal traversal, ChainProgram program, in RuleCheck check) =>
        check.Kind switch
        {
            RuleCheckKind.Bits => walk.Key.MatchesWord(check.Word, check.Value, check.Bits),
            RuleCheckKind.Range => walk.Key.InRange(check.Field, check.Value, check.Bits),
            RuleCheckKind.IngressGroup => IsInGroup(PortStep.Find(ref walk, walk.Ingress), check.Value),
            RuleCheckKind.InPort => traversal.InPort?.Id.Value == check.Value,
            RuleCheckKind.InPorts => traversal.InPort is { } port && program.PortLists[(int)check.Value].Contains(port.Id),
            RuleCheckKind.InGroup => IsInGroup(traversal.InPort, check.Value),
            RuleCheckKind.OutPort => traversal.OutPort?.Id.Value == check.Value,
            RuleCheckKind.OutPorts => traversal.OutPort is { } port && program.PortLists[(int)check.Value].Contains(port.Id),
            RuleCheckKind.OutGroup => IsInGroup(traversal.OutPort, check.Value),
            RuleCheckKind.Traversed => walk.Scratch.Traversed.Span.Contains(new DeviceRef((DeviceKind)check.Bits, check.Value)),
            RuleCheckKind.Rewritten => !walk.Key.Written.IsWildcard(FlowField.NwDst),
            RuleCheckKind.SetV4 => RuleSets.Contains(ref walk, new AddressSetId(check.Value), check.Field, IpFamily.V4),
            RuleCheckKind.SetV6 => RuleSets.Contains(ref walk, new AddressSetId(check.Value), check.Field, IpFamily.V6),
            RuleCheckKind.Return => RuleConnection.DirectionOf(ref walk) == FlowDirection.Return,
            RuleCheckKind.InnerSource => RuleInnerPacket.IsFrom(ref walk, program.Prefixes[(int)check.Value]),
            RuleCheckKind.InnerDestination => RuleInnerPacket.IsTo(ref walk, program.Prefixes[(int)check.Value]),
        };

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
