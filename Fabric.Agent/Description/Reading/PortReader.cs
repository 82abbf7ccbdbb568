using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads ports of bridges and routers.</summary>
internal static class PortReader
{
    /// <summary>Declares a port of a bridge.</summary>
    public static void DeclareBridgePort(Scope scope, YamlNode.Scalar name, YamlNode value)
    {
        var map = scope.Open(PortShape.Shape, name, value);
        scope.Draft.Declare(DeviceKind.Port, scope.Name(name.Text), name.At, BuildPort);

        Device? BuildPort(DeviceRef id)
        {
            var bridge = scope.Find(DeviceKind.Bridge, map, PortShape.On);
            var addresses = map.Several(PortShape.Ip);
            var port = Common(
                scope,
                map,
                new Port
                {
                    Id = new(id.Id),
                    Name = scope.Name(name.Text),
                    Owner = new(DeviceKind.Bridge, bridge ?? 0),
                }
            );
            return bridge is null
                ? null
                : port with
                {
                    Mac = StationMac(map, port.Name, !addresses.IsEmpty),
                    Addresses = [.. addresses.Select(address => address.Value)],
                };
        }
    }

    /// <summary>Declares a port of a router and, for `link`, the port of the bridge at its other end.</summary>
    public static void DeclareRouterPort(Scope scope, string router, YamlNode.Scalar name, YamlNode value)
    {
        var map = scope.Open(RouterPortShape.Shape, name, value);
        var link = map.One(RouterPortShape.Link);
        LinkedPort? bridgePort = link is { } bridge ? LinkedPort.OnBridge(scope, bridge, router) : null;
        bridgePort?.Declare(scope);
        scope.Draft.Declare(DeviceKind.Port, scope.Name(name.Text), name.At, BuildPort);

        Device? BuildPort(DeviceRef id)
        {
            var owner = scope.Draft.Resolve(DeviceKind.Router, scope.Tenant, new(router, name.At));
            var port = Common(
                scope,
                map,
                new Port
                {
                    Id = new(id.Id),
                    Name = scope.Name(name.Text),
                    Owner = owner ?? default,
                }
            );
            if (bridgePort is not null)
                LinkTo(scope, map, port, bridgePort);
            var mac = map.One(RouterPortShape.Mac, PortShape.Auto);
            return port with
            {
                Mac = mac == PortShape.Auto ? NameHash.MacOf(port.Name) : mac,
                Addresses = [.. map.Several(RouterPortShape.Addresses).Select(address => address.Value)],
            };
        }
    }

    private static void LinkTo(Scope scope, MapReader map, Port port, LinkedPort bridgePort)
    {
        if (map.Has(PortKeys.Peer) || map.Has(PortKeys.Host))
            map.Complain(
                DescriptionErrors.Contradiction,
                RouterPortShape.Link,
                $"{map.Title} has 'link' and another end",
                "a port has one end"
            );
        else if (bridgePort.Find(scope) is { } other)
            scope.Draft.Link(port.Id, other, bridgePort.At);
    }

    private static Port Common(Scope scope, MapReader map, Port port)
    {
        var binding = Binding(scope, map, port.Name);
        if (map.One(PortKeys.Peer) is { } peer)
        {
            if (binding is not null)
                map.Complain(
                    DescriptionErrors.Contradiction,
                    PortKeys.Peer,
                    $"{map.Title} has both 'peer' and 'host'",
                    "a port is linked or bound"
                );
            else if (scope.Draft.Resolve(DeviceKind.Port, scope.Tenant, peer) is { } other)
                scope.Draft.Link(port.Id, new PortId(other.Id), peer.At);
        }
        var groups = scope.FindAll(DeviceKind.PortGroup, map, PortKeys.Groups);
        return port with
        {
            IsAdminUp = map.One(PortKeys.Admin, true),
            Binding = binding,
            InboundChain = scope.Chain(map, PortKeys.Inbound),
            OutboundChain = scope.Chain(map, PortKeys.Outbound),
            Groups = [.. groups.Distinct().Order().Select(group => new PortGroupId(group))],
        };
    }

    private static HostBinding? Binding(Scope scope, MapReader map, DeviceName name)
    {
        var host = scope.Find(DeviceKind.Host, map, PortKeys.Host);
        var written = map.One(PortKeys.Interface);
        if (!map.Has(PortKeys.Host))
        {
            if (written is not null)
                map.Complain(
                    DescriptionErrors.Contradiction,
                    PortKeys.Interface,
                    $"{map.Title} has 'interface' without 'host'",
                    remedy: "add 'host: ...'"
                );
            return null;
        }
        var isDerivable = PortKeys.Interface.Form.Read(name.Name, out _);
        if (!map.Has(PortKeys.Interface) && !isDerivable)
        {
            var why = "the interface would be called as the port, but an interface name has 1 to 15 characters";
            map.Complain(DescriptionErrors.NotDerivable, PortKeys.Host, $"{map.Title} needs 'interface'", why);
        }
        return host is { } id ? new HostBinding(new HostId(id), written?.Value ?? name.Name) : null;
    }

    private static MacAddress? StationMac(MapReader map, DeviceName name, bool hasAddresses)
    {
        var written = map.One(PortShape.Mac);
        var isDerived = written is { } mac ? mac.Value == PortShape.Auto : hasAddresses;
        return isDerived ? NameHash.MacOf(name) : written?.Value;
    }
}
