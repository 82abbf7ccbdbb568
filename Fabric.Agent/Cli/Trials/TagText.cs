using System.Globalization;
using Fabric.Addresses;
using Fabric.Agent.Description;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Writes the lookups that a verdict rests on: kind, device, detail.</summary>
internal static class TagText
{
    /// <summary>One lookup: <c>mac shop/web 02:00:00:00:00:0a</c>.</summary>
    public static string Of(TopologySnapshot topology, in FlowTag tag)
    {
        var (word, device) = Head(tag);
        var name = topology.Find(device) is { } found ? $"{found.Name}" : tag.Device.ToString("x16", CultureInfo.InvariantCulture);
        var detail = Detail(tag);
        return detail.Length > 0 ? $"{word} {name} {detail}" : $"{word} {name}";
    }

    private static (string Word, DeviceRef Device) Head(in FlowTag tag) =>
        tag.Kind switch
        {
            FlowTagKind.Port => ("port", new PortId(tag.Device)),
            FlowTagKind.PortState => ("port-state", new PortId(tag.Device)),
            FlowTagKind.Bridge => ("bridge", new BridgeId(tag.Device)),
            FlowTagKind.BridgePorts => ("bridge-ports", new BridgeId(tag.Device)),
            FlowTagKind.Mac => ("mac", new BridgeId(tag.Device)),
            FlowTagKind.Station => ("station", new BridgeId(tag.Device)),
            FlowTagKind.BridgeAddress => ("bridge-address", new BridgeId(tag.Device)),
            FlowTagKind.Router => ("router", new RouterId(tag.Device)),
            FlowTagKind.Destination => ("destination", new RouterId(tag.Device)),
            FlowTagKind.Neighbor => ("neighbor", new PortId(tag.Device)),
            FlowTagKind.Chain => ("chain", new ChainId(tag.Device)),
            FlowTagKind.SetAddress => ("set-address", new AddressSetId(tag.Device)),
            FlowTagKind.Connection => ("connection", default),
            FlowTagKind.Host => ("host", new HostId(tag.Device)),
            FlowTagKind.Tunnel => ("tunnel", new HostId(tag.Device)),
            FlowTagKind.TunnelKey => ("tunnel-key", default),
            FlowTagKind.Peer => ("peer", default),
            FlowTagKind.Health => ("health", new RouterId(tag.Device)),
        };

    private static string Detail(in FlowTag tag)
    {
        switch (tag.Kind)
        {
            case FlowTagKind.Mac when tag.DetailHigh != 0:
                return string.Create(CultureInfo.InvariantCulture, $"vlan {tag.DetailHigh} {new MacAddress(tag.DetailLow)}");
            case FlowTagKind.Mac or FlowTagKind.Station:
                return $"{new MacAddress(tag.DetailLow)}";
            case FlowTagKind.Health when tag.PrefixLength == 0:
                return "of a pool";
            case FlowTagKind.Health or FlowTagKind.BridgeAddress or FlowTagKind.Neighbor or FlowTagKind.Peer:
                return $"{IpAddress.Of(tag.Family, new UInt128(tag.DetailHigh, tag.DetailLow))}";
            case FlowTagKind.Destination or FlowTagKind.SetAddress:
                return $"{tag.AsPrefix}";
            default:
                return "";
        }
    }
}
