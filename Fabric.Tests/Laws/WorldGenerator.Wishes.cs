using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Laws;

/// <content>For worlds whose network is kept elsewhere: what is wished for, of a network as it is there.</content>
internal sealed partial class WorldGenerator
{
    /// <param name="random">Draws everything.</param>
    /// <param name="hasConnections">Rules may ask about connections, and packets may answer others.</param>
    public WorldGenerator(Random random, bool hasConnections = false)
    {
        _random = random;
        HasConnections = hasConnections;
        _rules = new RuleGenerator(random, this) { AsksConnections = hasConnections };
    }

    /// <summary>Rules may ask about connections, and packets may answer others.</summary>
    public bool HasConnections { get; }

    /// <summary>Gives a router some rule of translation.</summary>
    private ImmutableArray<TopologyEvent> AddNat()
    {
        if (
            Any(Topology.Routers.Keys) is not { } id
            || Any(Topology.RouterIndexes.GetValueOrDefault(id, RouterIndex.Empty).Ports) is not { } port
        )
            return [];
        var router = Topology.Routers[id];
        var family = AnyFamily();
        var rule = new NatRule
        {
            Name = $"n{_random.Next(4)}",
            Kind = (NatKind)_random.Next(3),
            Port = port,
        };
        rule = rule.Kind switch
        {
            NatKind.Source => rule with
            {
                From = Coin() ? AnyPrefix(family) : null,
                Outside = Coin() ? AddressRange.Only(AnyAddress(family)) : null,
                Filtering = Coin() ? NatFiltering.None : default,
            },
            NatKind.Destination => rule with
            {
                Port = null,
                Outside = AddressRange.Only(AnyAddress(family)),
                Inside = AnyAddress(family),
                Protocol = Coin() ? (byte)6 : null,
            },
            NatKind.Static => rule with { Outside = AddressRange.Only(AnyAddress(family)), Inside = AnyAddress(family) },
        };
        if (rule.Protocol is not null && Coin())
            rule = rule with { Ports = new PortRange(22, 100), InsidePort = Coin() ? (ushort)8022 : null };
        return Put(router with { Nat = Coin(4) ? router.Nat.Remove(rule.Name) : router.Nat.SetItem(rule.Name, rule) });
    }

    /// <summary>Is told of every command, granted or not.</summary>
    public event Action<TopologyCommand>? Wished;

    /// <summary>Goes on from another network.</summary>
    public void GoOnFrom(TopologySnapshot topology) => Topology = topology;
}
