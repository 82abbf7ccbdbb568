using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Laws;

/// <summary>What may become of a world that is there.</summary>
internal sealed partial class WorldGenerator
{
    /// <summary>Changes something at random; returns the events, none if it was refused.</summary>
    public ImmutableArray<TopologyEvent> Change()
    {
        switch (HasConnections && Coin(8) ? -1 : _random.Next(16))
        {
            case -1:
                return Coin() ? AddNat() : AddBalancer();
            case 0:
                return AddBridgePort();
            case 1:
                return AddLink();
            case 2:
                return AddRoute();
            case 3:
                return DeleteRoute();
            case 4 or 5:
                return ChangeRule();
            case 6:
                return ChangeSet();
            case 7 or 8:
                return ChangePort();
            case 9:
                return ChangeBridge();
            case 10:
                return ChangeRouter();
            case 11:
                return Any(Topology.Ports.Keys) is { } port ? Do(new TopologyCommand.UnlinkPort(port)) : [];
            case 12:
                return Any(Topology.Ports.Keys) is { } deleted ? Do(new TopologyCommand.DeleteDevice(deleted)) : [];
            case 13:
                return Any(Topology.Ports.Keys) is { } bound
                    ? Do(new TopologyCommand.BindPort(bound, Coin() ? null : new HostBinding(HostId, $"if{_random.Next(40)}")))
                    : [];
            case 14:
                return AddRouterPort(isExterior: Coin());
            default:
                return Any(Topology.Chains.Keys) is { } chain ? RewriteChain(chain) : [];
        }
    }

    private ImmutableArray<TopologyEvent> ChangeRule()
    {
        if (Any(Topology.Chains.Keys) is not { } id)
            return [];
        var rules = Topology.Chains[id].Rules;
        return rules.IsEmpty || Coin()
                ? Do(new TopologyCommand.InsertRule(id, _random.Next(rules.Length + 1), _rules.Next($"rule{NextId()}")))
            : Coin() ? Do(new TopologyCommand.DeleteRule(id, Pick(rules).Name))
            : Do(new TopologyCommand.ReplaceRule(id, rules[0].Name, _rules.Next(rules[0].Name)));
    }

    private ImmutableArray<TopologyEvent> ChangeSet() =>
        Any(Topology.AddressSets.Keys) is { } set
            ? Do(new TopologyCommand.ChangeAddressSet(set, [AnyPrefix(AnyFamily())], [AnyPrefix(AnyFamily())]))
            : [];

    private ImmutableArray<TopologyEvent> ChangePort()
    {
        if (Any(Topology.Ports.Keys) is not { } id)
            return [];
        var port = Topology.Ports[id];
        return Put(
            _random.Next(5) switch
            {
                0 => port with { IsAdminUp = !port.IsAdminUp },
                1 => port with { InboundChain = MaybeChain() },
                2 => port with { OutboundChain = MaybeChain() },
                3 => port with { Mac = Pick(port.IsRouterPort ? Pools.RouterMacs : Pools.Stations) },
                _ => port with { Groups = port.Groups.IsEmpty ? [.. Topology.PortGroups.Keys.OrderBy(group => group.Value).Take(1)] : [] },
            }
        );
    }

    private ImmutableArray<TopologyEvent> ChangeBridge()
    {
        if (Any(Topology.Bridges.Keys) is not { } id)
            return [];
        var bridge = Topology.Bridges[id];
        return Put(
            Coin()
                ? bridge with
                {
                    IsAdminUp = !bridge.IsAdminUp,
                }
                : bridge with
                {
                    InboundChain = MaybeChain(),
                    OutboundChain = MaybeChain(),
                }
        );
    }

    private ImmutableArray<TopologyEvent> ChangeRouter()
    {
        if (Any(Topology.Routers.Keys) is not { } id)
            return [];
        var router = Topology.Routers[id];
        return Put(
            Coin()
                ? router with
                {
                    IsAdminUp = !router.IsAdminUp,
                }
                : router with
                {
                    InboundChain = MaybeChain(),
                    OutboundChain = MaybeChain(),
                }
        );
    }
}
