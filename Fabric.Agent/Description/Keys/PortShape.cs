using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a port of a bridge.</summary>
internal static class PortShape
{
    /// <summary>Its bridge.</summary>
    public static Key<ScalarForm<string>> On { get; } =
        new("on", Forms.Reference(DeviceKind.Bridge), "The bridge that it belongs to.") { IsRequired = true };

    /// <summary>Address of the attached station.</summary>
    public static Key<ScalarForm<MacAddress?>> Mac { get; } =
        new(
            "mac",
            new("MAC address, auto or learn", "02:00:00:00:00:0a", ReadMac),
            "The address of the station attached here, which the network then knows without learning. auto derives one from the port's name; learn leaves it to traffic."
        )
        {
            Default = "auto with `ip`, else learn",
        };

    /// <summary>Addresses of the attached station.</summary>
    public static Key<ListForm<InterfaceAddress>> Ip { get; } =
        new("ip", new(Forms.StationAddress), "The addresses of the station attached here, of either version.");

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new(
            "port",
            "A port of a bridge.",
            On,
            PortKeys.Host,
            PortKeys.Interface,
            Mac,
            Ip,
            PortKeys.Peer,
            PortKeys.Admin,
            PortKeys.Inbound,
            PortKeys.Outbound,
            PortKeys.Groups
        );

    /// <summary>Stands for the word auto.</summary>
    public static MacAddress Auto => MacAddress.Zero;

    private static bool ReadMac(string text, out MacAddress? mac)
    {
        mac = text == "auto" ? Auto : null;
        if (text is "auto" or "learn")
            return true;
        var isRead = MacAddress.TryParse(text, out var written);
        mac = written;
        return isRead && written != MacAddress.Zero && !written.IsMulticast;
    }
}
