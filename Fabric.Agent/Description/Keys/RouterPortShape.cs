using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a port of a router.</summary>
internal static class RouterPortShape
{
    /// <summary>Its own Ethernet address.</summary>
    public static Key<ScalarForm<MacAddress>> Mac { get; } =
        new("mac", new("MAC address or auto", "02:00:00:00:00:0a", ReadMac), "Its own address. auto derives one from the port's name.")
        {
            Default = "auto",
        };

    /// <summary>Its own IP addresses.</summary>
    public static Key<ListForm<InterfaceAddress>> Addresses { get; } =
        new("addresses", new(Forms.InterfaceAddress), "Its own addresses with their subnets, of either version.");

    /// <summary>Bridge to link to.</summary>
    public static Key<ScalarForm<string>> Link { get; } =
        new(
            "link",
            Forms.Reference(DeviceKind.Bridge),
            "Shorthand: links it to the bridge B by a port B.R that is created there, R being the router's name. Excludes `peer` and `host`."
        );

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new(
            "router-port",
            "A port of a router.",
            Mac,
            Addresses,
            Link,
            PortKeys.Peer,
            PortKeys.Host,
            PortKeys.Interface,
            PortKeys.Admin,
            PortKeys.Inbound,
            PortKeys.Outbound,
            PortKeys.Groups
        );

    private static bool ReadMac(string text, out MacAddress mac)
    {
        if (text == "auto")
        {
            mac = PortShape.Auto;
            return true;
        }
        return MacAddress.TryParse(text, out mac) && mac != MacAddress.Zero && !mac.IsMulticast;
    }
}
