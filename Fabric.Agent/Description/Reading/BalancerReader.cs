using System.Collections.Immutable;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads pools and balancers.</summary>
internal static class BalancerReader
{
    /// <summary>Reads the pools of a router.</summary>
    public static ImmutableSortedDictionary<string, Pool> ReadPools(Scope scope, MapReader router)
    {
        var pools = Router.NoPools.ToBuilder();
        foreach (var (name, body) in router.Named(RouterShape.Pools))
        {
            var map = MapReader.Open(body, PoolShape.Shape, $"pool '{name.Text}' of {router.Title}", name.At, scope.Draft.Problems);
            var members = Pool.NoMembers.ToBuilder();
            foreach (var (member, value) in map.Named(PoolShape.Members))
            {
                var title = $"member '{member.Text}' of {map.Title}";
                var reader = MapReader.Open(value, MemberShape.Shape, title, member.At, scope.Draft.Problems);
                if (ReadMember(reader, member.Text) is { } read)
                    members[read.Name] = read;
            }
            pools[name.Text] = new Pool
            {
                Name = name.Text,
                Method = map.One(PoolShape.Method, BalancingMethod.Maglev),
                Members = members.ToImmutable(),
                Check = map.Find(PoolShape.Check) is { } check ? CheckReader.Read(scope, map, check) : null,
                SlowStartSeconds = (ushort)map.One(PoolShape.SlowStart, 0),
            };
        }
        return pools.ToImmutable();
    }

    /// <summary>Reads the balancers of a router.</summary>
    public static ImmutableSortedDictionary<string, Balancer> ReadBalancers(Scope scope, MapReader router)
    {
        var balancers = Router.NoBalancers.ToBuilder();
        foreach (var (name, body) in router.Named(RouterShape.Balancers))
        {
            var title = $"balancer '{name.Text}' of {router.Title}";
            var map = MapReader.Open(body, BalancerShape.Shape, title, name.At, scope.Draft.Problems);
            if (Read(map, name.Text) is { } read)
                balancers[read.Name] = read;
        }
        return balancers.ToImmutable();
    }

    private static PoolMember? ReadMember(MapReader map, string name)
    {
        if (map.One(MemberShape.Address) is not { } address)
            return null;
        return new PoolMember
        {
            Name = name,
            Address = address.Value,
            Port = map.One(MemberShape.Port) is { } port ? (ushort)port.Value : null,
            Weight = map.One(MemberShape.Weight, 1),
            State = map.One(MemberShape.State, PoolMemberState.Up),
        };
    }

    private static Balancer? Read(MapReader map, string name)
    {
        if (map.Has(BalancerShape.AcrossPorts) && !map.Has(BalancerShape.Persist))
            map.Complain(
                DescriptionErrors.Contradiction,
                BalancerShape.AcrossPorts,
                $"{map.Title} has '{BalancerShape.AcrossPorts.Name}' and no '{BalancerShape.Persist.Name}'"
            );
        var (address, ports, pool) = (map.One(BalancerShape.Address), map.One(BalancerShape.Ports), map.One(BalancerShape.Pool));
        if (address is null || ports is null || pool is null)
            return null;
        return new Balancer
        {
            Name = name,
            Address = address.Value.Value,
            Ports = ports.Value.Value,
            Protocol = map.One(BalancerShape.Protocol)?.Value,
            Pool = pool.Value.Value,
            PersistSeconds = (ushort)map.One(BalancerShape.Persist, 0),
            PersistsAcrossPorts = map.One(BalancerShape.AcrossPorts, false),
        };
    }
}
