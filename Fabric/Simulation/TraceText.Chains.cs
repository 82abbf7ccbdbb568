using Fabric.Connections;
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

    /// <summary>What a packet is to its connection.</summary>
    internal static string Stands(in ConnectionStanding standing) =>
        standing switch
        {
            { Found: { } found, IsReturn: true } => $"is established: an answer in a connection that is {Phase(found.Phase)}",
            { Found: { } found } => $"is {Word(standing.State)}: goes on with a connection that is {Phase(found.Phase)}",
            { State: ConnectionStates.None } => "is no part of any connection",
            { State: ConnectionStates.Invalid, IsSegment: true } => "is invalid: of no known connection, and begins none",
            _ => $"is {Word(standing.State)}",
        };

    /// <summary>A connection is remembered.</summary>
    internal static string Remembers(in ConnectionKey connection) => $"begins a connection: {connection}";

    private static string Word(ConnectionStates state) => state.ToString().ToLowerInvariant();

    private static string Phase(ConnectionPhase phase) => phase.ToString().ToLowerInvariant();

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
