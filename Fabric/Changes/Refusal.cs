using System.Diagnostics.CodeAnalysis;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Words of rejections.</summary>
internal static class Refusal
{
    /// <summary>A command that is not well-formed.</summary>
    public static Rejection Invalid(string message, DeviceRef? subject = null, DeviceRef? other = null) =>
        new(RejectionReason.Invalid, message, subject, other);

    /// <summary>A command about a device that is not there.</summary>
    public static Rejection NotFound(DeviceRef subject) =>
        new(
            RejectionReason.NotFound,
            $"{NounOf(subject.Kind)} {Hex(subject)} does not exist: look at what is there, or create it first",
            subject
        );

    /// <summary>A device was changed by somebody else.</summary>
    public static Rejection VersionConflict(Device device, long expected) =>
        new(
            RejectionReason.VersionConflict,
            $"{Of(device)} is at version {device.Version} and not at {expected}: read it again and repeat the change",
            device.Ref
        );

    /// <summary>A device by kind and name: "bridge 'acme/left'".</summary>
    public static string Of(Device device) => $"{NounOf(device.Ref.Kind)} '{device.Name}'";

    /// <summary>A device by kind and name, or by its id if it is not there.</summary>
    public static string Of(TopologySnapshot topology, DeviceRef reference) =>
        topology.Find(reference) is { } device ? Of(device) : $"{NounOf(reference.Kind)} {Hex(reference)}";

    /// <summary>The word for a kind.</summary>
    public static string NounOf(DeviceKind kind) =>
        kind switch
        {
            DeviceKind.Port => "port",
            DeviceKind.Bridge => "bridge",
            DeviceKind.Router => "router",
            DeviceKind.Chain => "chain",
            DeviceKind.AddressSet => "address set",
            DeviceKind.PortGroup => "port group",
            DeviceKind.Host => "host",
        };

    /// <summary>Refuses a version that is not the expected one; no expectation is always met.</summary>
    public static bool IsUnexpected(Device device, long? expected, [NotNullWhen(true)] out Rejection? rejection)
    {
        rejection = expected is { } version && version != device.Version ? VersionConflict(device, version) : null;
        return rejection is not null;
    }

    private static string Hex(DeviceRef reference) => reference.Id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
