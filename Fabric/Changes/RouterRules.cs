using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of a router and its routes alone.</summary>
internal static class RouterRules
{
    private const int MaxWeight = 65_535;

    public static Rejection? Check(Router router)
    {
        foreach (var (name, route) in router.Routes)
        {
            if (name != route.Name)
                return Refusal.Invalid($"{Refusal.Of(router)} lists route '{route.Name}' as '{name}': use one name", router.Ref);
            if (Check(router, route) is { } rejection)
                return rejection;
        }
        return NatRules.Check(router) ?? BalancerRules.Check(router) ?? TimerRules.Check(router);
    }

    public static Rejection? PutRoute(Draft draft, TopologyCommand.PutRoute put)
    {
        if (!draft.Now.Routers.TryGetValue(put.Router, out var router))
            return Refusal.NotFound(put.Router);
        if (put.Route.Name is { } name && router.Routes.TryGetValue(name, out var old) && old == put.Route)
            return null;
        if (Check(router, put.Route) is { } rejection)
            return rejection;
        if (put.Route.Port is { } port && ReferenceRules.Check(draft.Now, router, [port]) is { } dangling)
            return dangling;
        draft.Happen(new TopologyEvent.RoutePut(put.Router, put.Route));
        return null;
    }

    public static Rejection? DeleteRoute(Draft draft, TopologyCommand.DeleteRoute delete)
    {
        if (!draft.Now.Routers.TryGetValue(delete.Router, out var router))
            return Refusal.NotFound(delete.Router);
        if (router.Routes.ContainsKey(delete.Name))
            draft.Happen(new TopologyEvent.RouteDeleted(delete.Router, delete.Name));
        return null;
    }

    private static Rejection? Check(Router router, Route route)
    {
        if (!DeviceName.IsLegalPart(route.Name))
            return Refusal.Invalid(
                $"'{route.Name}' cannot be the name of a route of {Refusal.Of(router)}: use letters, digits, '-', '_' and '.'",
                router.Ref
            );
        return FaultOf(route) is { } fault ? Refusal.Invalid($"route '{route.Name}' of {Refusal.Of(router)} {fault}", router.Ref) : null;
    }

    /// <summary>What is wrong with a route and what to do, as the end of a sentence that begins with the route; or null.</summary>
    private static string? FaultOf(Route route)
    {
        if (!Enum.IsDefined(route.Kind))
            return "has no kind: make it forward, blackhole or reject";
        if (route.Source.Family != route.Destination.Family)
            return $"is for destinations {route.Destination} from sources {route.Source}: use one IP version";
        if (route.Metric < 0)
            return $"has metric {route.Metric}: use 0 or more";
        if (route.Weight is < 1 or > MaxWeight)
            return $"has weight {route.Weight}: use 1 to {MaxWeight}";
        if (route.Kind == RouteKind.Forward)
            return route.Port is null ? "forwards and needs a port to leave by: name one of the router" : FaultOfGateway(route);
        return route.Port is not null || route.Gateway is not null
            ? "ends the packet's way and has no port or gateway: leave these out"
            : null;
    }

    private static string? FaultOfGateway(Route route)
    {
        if (route.Gateway is not { } gateway)
            return null;
        if (gateway.Family != route.Destination.Family)
            return $"is for destinations {route.Destination} by gateway {gateway}: use one IP version";
        return AddressFaults.OfStation(gateway) is { } fault ? $"has gateway {gateway}, which {fault}: use a station's address" : null;
    }
}
