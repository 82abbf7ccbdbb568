using System.Globalization;
using Fabric.Agent.Cli.Client;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Views;

/// <summary>Why a packet was dropped, in one sentence that names the sender, the place, what decided, and who wanted it so.</summary>
internal static class DropSentence
{
    private const string Dropped = "dropped";
    private const string Rejected = "rejected";

    /// <summary>
    /// web1 -> db1 tcp/5432 dropped at host `b` by rule `no-web` (3rd of chain `db-in`, outbound at port `db1`), added by ana 12 minutes ago
    /// (journal 48211).
    /// </summary>
    /// <param name="topology">The network that it was decided in.</param>
    /// <param name="host">The host that decided.</param>
    /// <param name="ingress">Where the packet came in.</param>
    /// <param name="key">Its headers.</param>
    /// <param name="verdict">The drop; of a rule that is gone since it has no place.</param>
    /// <param name="rule">The name of the rule that decided, if one did.</param>
    public static string Of(TopologySnapshot topology, string host, Port ingress, in FlowKey key, Verdict verdict, string? rule)
    {
        var how =
            rule is not null && !verdict.Decider.IsRule
                ? $"dropped by rule `{rule}` of {TraceText.Place(topology, verdict.Decider.Chain)}, which is gone since"
                : TraceText.DropSentence(topology, verdict.Reason, verdict.Decider);
        var word = how.StartsWith(Rejected, StringComparison.Ordinal) ? Rejected : Dropped;
        var rest = how[word.Length..];
        var place = rest.StartsWith(" at ", StringComparison.Ordinal) ? $" at host `{host}`," : $" at host `{host}`";
        return $"{ingress.Name.Name} -> {PacketWords.Destination(topology, ingress, key)} {PacketWords.Of(key)} {word}{place}{rest}";
    }

    /// <summary>Who is behind it: added by ana 12 minutes ago (journal 48211).</summary>
    /// <param name="changed">The change that made it so.</param>
    /// <param name="now">The time.</param>
    public static string By(ChangeRecord changed, DateTimeOffset now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"added by {changed.Author} {AgoText.Of(now - changed.Time)} ago (journal {changed.Position})"
        );

    /// <summary>What to do about it; empty where that depends on what was meant.</summary>
    public static string Remedy(TopologySnapshot topology, Verdict verdict, string? rule)
    {
        if (rule is not null && !verdict.Decider.IsRule)
            return "Nothing: such packets are decided anew.";
        if (verdict.Decider.IsRule)
            return "If it should pass, put a rule that accepts it before this one, or take this one away.";
        return verdict.Reason switch
        {
            DropReason.PortAdminDown or DropReason.DeviceAdminDown =>
                $"Set `admin: up` at {TraceText.Place(topology, verdict.Decider.Device)}.",
            DropReason.PortDown => "Bring the interface up at its host, or bind the port to another one.",
            DropReason.PortUnlinked => "Bind the port to a host's interface, or link it to another port.",
            DropReason.NoRoute => "Give the router a route to the destination.",
            DropReason.Blackhole or DropReason.RouteReject => "Take the route away, or add a longer one to the destination.",
            DropReason.NeighborUnreachable => "See that the station is up and has the address; nobody answers for it.",
            DropReason.PeerUnreachable => "See the tunnels of the cluster page: the other host's datapath does not answer.",
            DropReason.TtlExceeded or DropReason.HopLimit or DropReason.StepLimit or DropReason.BridgeLoop =>
                "Look for a circle of links or routes.",
            DropReason.NatNoAddress => "Give the station another address: none in a subnet of all ones, none without interface identifier.",
            DropReason.NatNoCounterpart =>
                "Use TCP, UDP or ICMP echo between IPv6 and IPv4; source routes, authentication headers and fragments of ICMP do not pass.",
            DropReason.FragmentAlone =>
                "See whether first fragments are lost on the way or dropped by a rule; smaller packets need no fragments.",
            DropReason.NoPoolMember => "Set the state of a member of the balancer's pool to up; `fabric balancers` lists them.",
            DropReason.PacketTooLong => "Lower the station's MTU to what the tunnels take; `fabric status` tells how much.",
            _ => "",
        };
    }
}
