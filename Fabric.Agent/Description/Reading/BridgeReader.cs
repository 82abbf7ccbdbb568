using Fabric.Addresses;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads bridges.</summary>
internal static class BridgeReader
{
    /// <summary>Declares a bridge and, for `subnet` and `router`, the two ports of its link to the router.</summary>
    public static void Declare(Scope scope, YamlNode.Scalar name, YamlNode value)
    {
        var map = scope.Open(BridgeShape.Shape, name, value);
        var link = LinkOf(scope, map, name);
        link?.Router.Declare(scope);
        link?.Bridge.Declare(scope);
        scope.Draft.Declare(DeviceKind.Bridge, scope.Name(name.Text), name.At, Build);

        Device Build(DeviceRef id)
        {
            if (link?.Router.Find(scope) is { } routerEnd && link?.Bridge.Find(scope) is { } bridgeEnd)
                scope.Draft.Link(routerEnd, bridgeEnd, link.Value.Router.At);
            return new Bridge
            {
                Id = new(id.Id),
                Name = scope.Name(name.Text),
                IsAdminUp = map.One(BridgeShape.Admin, true),
                InboundChain = scope.Chain(map, BridgeShape.Inbound),
                OutboundChain = scope.Chain(map, BridgeShape.Outbound),
            };
        }
    }

    /// <summary>The address that a router gets in a subnet: the one that is written, or the first if none is.</summary>
    public static InterfaceAddress RouterAddress(InterfaceAddress written)
    {
        var isSubnet = written.Subnet.Address == written.Address && written.PrefixLength < written.Address.Width - 1;
        return isSubnet ? written with { Address = IpAddress.Of(written.Address.Family, written.Address.Bits + 1) } : written;
    }

    private static (LinkedPort Router, LinkedPort Bridge)? LinkOf(Scope scope, MapReader map, YamlNode.Scalar name)
    {
        if (map.Has(BridgeShape.Router) != map.Has(BridgeShape.Subnet))
        {
            Key written = map.Has(BridgeShape.Router) ? BridgeShape.Router : BridgeShape.Subnet;
            Key missing = map.Has(BridgeShape.Router) ? BridgeShape.Subnet : BridgeShape.Router;
            var what = $"{map.Title} has '{written.Name}' without '{missing.Name}'";
            map.Complain(
                DescriptionErrors.MissingKey,
                written,
                what,
                "the two together make the link to the router",
                $"add '{missing.Name}: ...'"
            );
            return null;
        }
        if (map.One(BridgeShape.Router) is not { } router)
            return null;
        var addresses = map.Several(BridgeShape.Subnet).Select(subnet => RouterAddress(subnet.Value));
        var routerEnd = LinkedPort.OnRouter(scope, router, name.Text) with { Addresses = [.. addresses] };
        var routerName = Draft.Qualify(DeviceKind.Router, scope.Tenant, router.Value).Name;
        return (routerEnd, LinkedPort.OnBridge(scope, new(name.Text, name.At), routerName));
    }
}
