using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>What the kinds of devices are called in fabric.yaml and on the command line.</summary>
public static class Nouns
{
    /// <summary>One of a kind.</summary>
    public static string One(DeviceKind kind) =>
        kind switch
        {
            DeviceKind.Port => "port",
            DeviceKind.Bridge => "bridge",
            DeviceKind.Router => "router",
            DeviceKind.Chain => "chain",
            DeviceKind.AddressSet => "set",
            DeviceKind.PortGroup => "group",
            DeviceKind.Host => "host",
        };

    /// <summary>Several of a kind.</summary>
    public static string Many(DeviceKind kind) =>
        kind switch
        {
            DeviceKind.Port => "ports",
            DeviceKind.Bridge => "bridges",
            DeviceKind.Router => "routers",
            DeviceKind.Chain => "chains",
            DeviceKind.AddressSet => "sets",
            DeviceKind.PortGroup => "groups",
            DeviceKind.Host => "hosts",
        };

    /// <summary>The kind that a word, singular or plural, stands for.</summary>
    public static DeviceKind? Parse(string word)
    {
        foreach (var kind in Enum.GetValues<DeviceKind>())
        {
            if (word == One(kind) || word == Many(kind))
                return kind;
        }
        return null;
    }
}
