using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads routers with their ports and routes.</summary>
internal static class RouterReader
{
    /// <summary>Declares a router and its ports.</summary>
    public static void Declare(Scope scope, YamlNode.Scalar name, YamlNode value)
    {
        var map = scope.Open(RouterShape.Shape, name, value);
        foreach (var (port, body) in map.Named(RouterShape.Ports))
            PortReader.DeclareRouterPort(scope, name.Text, port, body);
        scope.Draft.Declare(DeviceKind.Router, scope.Name(name.Text), name.At, id => Build(scope, map, name, id));
    }

    private static Router Build(Scope scope, MapReader map, YamlNode.Scalar name, DeviceRef id)
    {
        var routes = ImmutableSortedDictionary.CreateBuilder<string, Route>(StringComparer.Ordinal);
        foreach (var (route, body) in map.Named(RouterShape.Routes))
        {
            var title = $"route '{route.Text}' of {map.Title}";
            var reader = MapReader.Open(body, RouteShape.Shape, title, route.At, scope.Draft.Problems);
            if (ReadRoute(scope, reader, route, id) is { } read)
                routes[read.Name] = read;
        }
        var nat = ImmutableSortedDictionary.CreateBuilder<string, NatRule>(StringComparer.Ordinal);
        foreach (var (rule, body) in map.Named(RouterShape.Nat))
        {
            var reader = MapReader.Open(body, NatShape.Shape, $"NAT rule '{rule.Text}' of {map.Title}", rule.At, scope.Draft.Problems);
            if (NatReader.Read(scope, reader, rule) is { } read)
                nat[read.Name] = read;
        }
        return new Router
        {
            Id = new(id.Id),
            Name = scope.Name(name.Text),
            IsAdminUp = map.One(RouterShape.Admin, true),
            InboundChain = scope.Chain(map, RouterShape.Inbound),
            OutboundChain = scope.Chain(map, RouterShape.Outbound),
            Routes = routes.ToImmutable(),
            Nat = nat.ToImmutable(),
            Pools = BalancerReader.ReadPools(scope, map),
            Balancers = BalancerReader.ReadBalancers(scope, map),
            Timers = TimersReader.Read(scope, map),
        };
    }

    private static Route? ReadRoute(Scope scope, MapReader map, YamlNode.Scalar name, DeviceRef router)
    {
        var to = map.One(RouteShape.To);
        var from = map.One(RouteShape.From);
        var via = map.One(RouteShape.Via);
        var kind = map.One(RouteShape.Kind, RouteKind.Forward);
        var port = scope.Find(DeviceKind.Port, map, RouteShape.Port);
        if (to is not { } destination)
            return null;
        var family = destination.Value.Family;
        if (from is { } source && source.Value.Family != family)
            map.Complain(
                DescriptionErrors.Contradiction,
                RouteShape.From,
                $"{map.Title} mixes IPv4 and IPv6",
                $"'to' is {destination.Value}"
            );
        if (via is { } gateway && gateway.Value.Family != family)
            map.Complain(
                DescriptionErrors.Contradiction,
                RouteShape.Via,
                $"{map.Title} mixes IPv4 and IPv6",
                $"'to' is {destination.Value}"
            );
        if (kind != RouteKind.Forward && (map.Has(RouteShape.Port) || map.Has(RouteShape.Via)))
            map.Complain(DescriptionErrors.Contradiction, RouteShape.Kind, $"{map.Title} drops, so it has no 'port' and no 'via'");
        if (kind == RouteKind.Forward && !map.Has(RouteShape.Port))
            port = PortTowards(scope, map, name, router, via?.Value);
        return new Route
        {
            Name = name.Text,
            Destination = destination.Value,
            Source = from?.Value ?? IpPrefix.All(family),
            Kind = kind,
            Port = port is { } id ? new PortId(id) : null,
            Gateway = via?.Value,
            Metric = map.One(RouteShape.Metric, Route.DefaultMetric),
            Weight = map.One(RouteShape.Weight, 1),
        };
    }

    private static ulong? PortTowards(Scope scope, MapReader map, YamlNode.Scalar name, DeviceRef router, IpAddress? via)
    {
        var candidates = scope
            .Draft.Ports.Values.Where(port => port.Owner == router)
            .Where(port => via is { } gateway && port.Addresses.Any(address => address.Subnet.Contains(gateway)))
            .ToArray();
        if (candidates is [var only])
            return only.Id.Value;
        var why = via is null ? "'via' is not written either" : $"{candidates.Length} ports of the router have a subnet that holds {via}";
        scope.Complain(
            DescriptionErrors.NotDerivable,
            name.At,
            $"{map.Title} needs 'port'",
            why,
            "add 'port: ...', the router's port to leave by"
        );
        return null;
    }
}
