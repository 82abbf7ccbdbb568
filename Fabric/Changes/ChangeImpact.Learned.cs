using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Changes;

public static partial class ChangeImpact
{
    /// <summary>Adds the tags that a change of learned facts touches.</summary>
    /// <remarks>Costs the tables that changed; who knows which facts did asks <see cref="OfMac"/> and <see cref="OfNeighbor"/> instead.</remarks>
    public static void OfLearned(LearnedSnapshot before, LearnedSnapshot after, ICollection<FlowTag> tags)
    {
        foreach (var station in before.Macs.KeysUnlike(after.Macs))
            tags.Add(OfMac(station));
        foreach (var neighbor in before.Neighbors.KeysUnlike(after.Neighbors))
            tags.Add(OfNeighbor(neighbor));
        foreach (var neighbor in Differences.Members(before.FailedNeighbors, after.FailedNeighbors))
            tags.Add(OfNeighbor(neighbor));
        foreach (var port in Differences.Members(before.DownPorts, after.DownPorts))
            tags.Add(FlowTag.Of(FlowTagKind.PortState, port.Value));
        foreach (var pool in before.Health.KeysUnlike(after.Health))
            OfHealth(pool, before.Health.GetValueOrDefault(pool), after.Health.GetValueOrDefault(pool), tags);
        foreach (var host in Differences.Members(before.UnreachedHosts, after.UnreachedHosts))
            tags.Add(OfTunnel(host));
    }

    /// <summary>The tag that a station touches when it is heard, is heard elsewhere, or is forgotten.</summary>
    public static FlowTag OfMac(MacKey station) => FlowTag.Mac(station.Bridge.Value, station.Vlan, station.Mac);

    /// <summary>The tag that the way to a host touches when it goes down or comes up.</summary>
    public static FlowTag OfTunnel(HostId host) => FlowTag.Of(FlowTagKind.Tunnel, host.Value);

    /// <summary>The tag that a neighbor touches when it answers, answers otherwise, fails to, or is forgotten.</summary>
    public static FlowTag OfNeighbor(NeighborKey neighbor) => FlowTag.Address(FlowTagKind.Neighbor, neighbor.Port.Value, neighbor.Address);

    /// <summary>The tag that a member touches for packets of its own connections.</summary>
    public static FlowTag OfMember(RouterId router, IpAddress member) => FlowTag.Address(FlowTagKind.Health, router.Value, member);

    /// <summary>The tag that any member of a pool touches for packets that begin connections.</summary>
    public static FlowTag OfPool(PoolKey pool) => FlowTag.Pool(pool.Router.Value, pool.Name);

    private static void OfHealth(PoolKey pool, PoolHealth? before, PoolHealth? after, ICollection<FlowTag> tags)
    {
        var (old, now) = ((before ?? PoolHealth.Unknown).Members, (after ?? PoolHealth.Unknown).Members);
        tags.Add(OfPool(pool));
        foreach (var member in old.Keys.Union(now.Keys))
        {
            if (old.GetValueOrDefault(member) != now.GetValueOrDefault(member))
                tags.Add(OfMember(pool.Router, member.Address));
        }
    }
}
