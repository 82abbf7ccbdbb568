using Fabric.Devices;

namespace Fabric.Simulation;

public static partial class TraceText
{
    /// <summary>A packet enters a chain.</summary>
    public static string EntersChain(TopologySnapshot topology, Chain chain, ChainHook hook, DeviceRef at) =>
        $"chain `{chain.Name.Name}` ({Side(hook)} at {Place(topology, at)})";

    /// <summary>A chain that a device or a rule names does not exist.</summary>
    public static string ChainMissing(ChainId id) => $"chain `{id}` does not exist; goes on";

    /// <summary>A rule jumps to a chain that waits for its return.</summary>
    public static string ChainSkipped(Chain chain) => $"chain `{chain.Name.Name}` is being gone through already; skipped";

    /// <summary>A rule matches.</summary>
    public static string Matches(TopologySnapshot topology, Rule rule, Decider decider) =>
        $"{Rule(topology, decider)} matches: {Deed(topology, rule)}";

    private static string Deed(TopologySnapshot topology, Rule rule) =>
        rule.Action switch
        {
            RuleAction.Accept => "accept",
            RuleAction.Drop => "drop",
            RuleAction.Reject => "reject",
            RuleAction.Continue => "continue",
            RuleAction.Jump => $"jump to {Place(topology, rule.JumpTo.GetValueOrDefault())}",
            RuleAction.Return => "return",
            RuleAction.PushVlan => $"push VLAN {rule.Vlan.GetValueOrDefault().Id}",
            RuleAction.PopVlan => "pop VLAN",
            RuleAction.Trace => "trace",
        };

    private static string Side(ChainHook hook) => hook is ChainHook.PortOutbound or ChainHook.DeviceOutbound ? "outbound" : "inbound";
}
