using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Simulation;

/// <summary>What the conditions on headers mean, said again in the plainest way: no order, no masks, no compiling.</summary>
internal static class RuleOracle
{
    /// <summary>A rule is for a packet at a place; nothing was translated before, and nothing is asked of connections.</summary>
    public static bool Matches(RuleMatch match, in FlowKey key, RulePlace place)
    {
        var met =
            Met(match.InPorts, ports => place.InPort is { } port && ports.Contains(port.Id))
            && Met(match.InPortGroup, group => IsIn(group, place.InPort))
            && Met(match.IngressPortGroup, group => IsIn(group, place.Ingress))
            && Met(match.OutPorts, ports => place.OutPort is { } port && ports.Contains(port.Id))
            && Met(match.OutPortGroup, group => IsIn(group, place.OutPort))
            && Met(match.Traversed, device => place.Traversed.Contains(device))
            && match.IsDestinationRewritten != true
            && HeadersMatch(match, key, place.Topology);
        return FragmentMatches(match.EffectiveFragments, key.IpFrag) && met != match.IsInverted;
    }

    private static bool IsIn(PortGroupId group, Port? port) => port?.Groups.Contains(group) == true;

    private static bool HeadersMatch(RuleMatch match, FlowKey key, TopologySnapshot topology)
    {
        var isIp = key.EthType is EtherType.Ipv4 or EtherType.Ipv6;
        var hasPorts = HasPorts(key);
        var hasFlags = isIp && key.IpProto == IpProtocol.Tcp && key.IpFrag != FragmentKind.Later;
        return Met(match.Vlan, id => VlanMatches(id, key))
            && Met(match.EthType, type => key.EthType == type)
            && Met(match.EthSrc, mac => Same(key.EthSrc.Bits, mac.Address.Bits, mac.Mask.Bits))
            && Met(match.EthDst, mac => Same(key.EthDst.Bits, mac.Address.Bits, mac.Mask.Bits))
            && Met(match.Protocol, protocol => isIp && key.IpProto == protocol)
            && Met(match.Tos, tos => isIp && Same(key.Get(FlowField.IpTos), tos.Value, tos.Mask))
            && Met(match.Source, prefix => isIp && prefix.Contains(key.NwSrc))
            && Met(match.Destination, prefix => isIp && prefix.Contains(key.NwDst))
            && Met(match.SourceSet, set => isIp && IsMember(topology, set, key.NwSrc))
            && Met(match.DestinationSet, set => isIp && IsMember(topology, set, key.NwDst))
            && Met(match.SourcePort, range => hasPorts && key.TpSrc >= range.First && key.TpSrc <= range.Last)
            && Met(match.DestinationPort, range => hasPorts && key.TpDst >= range.First && key.TpDst <= range.Last)
            && Met(match.TcpFlags, flags => hasFlags && Same(key.Get(FlowField.TcpFlags), flags.Value, flags.Mask));
    }

    private static bool HasPorts(in FlowKey key)
    {
        if (key.IpFrag == FragmentKind.Later)
            return false;
        return key.EthType switch
        {
            EtherType.Ipv4 => key.IpProto is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp or IpProtocol.Icmp,
            EtherType.Ipv6 => key.IpProto is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp or IpProtocol.Icmpv6,
            _ => false,
        };
    }

    private static bool FragmentMatches(FragmentPolicy policy, FragmentKind fragment) =>
        policy switch
        {
            FragmentPolicy.Any => true,
            FragmentPolicy.Header => fragment != FragmentKind.Later,
            FragmentPolicy.NonHeader => fragment == FragmentKind.Later,
            FragmentPolicy.Unfragmented => fragment == FragmentKind.None,
        };

    private static bool VlanMatches(ushort? id, in FlowKey key)
    {
        var isTagged = key.Get(FlowField.VlanTpid) != 0;
        return id is null ? !isTagged : isTagged && (key.Get(FlowField.VlanTci) & 0xfff) == id;
    }

    private static bool IsMember(TopologySnapshot topology, AddressSetId id, IpAddress address) =>
        topology.AddressSets.TryGetValue(id, out var set) && set.Members.Any(prefix => prefix.Contains(address));

    private static bool Same(ulong value, ulong expected, ulong bits) => ((value ^ expected) & bits) == 0;

    private static bool Met<T>(Test<T>? test, Func<T, bool> holds) => test is not { } given || holds(given.Value) != given.IsNegated;
}
