using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules that hold for devices of every kind: identity, names, versions, references.</summary>
/// <remarks>A bridge and a port group have no others of their own.</remarks>
internal static class DeviceRules
{
    public static Rejection? Put(Draft draft, TopologyCommand.PutDevice put)
    {
        var old = draft.Now.Find(put.Device.Ref);
        var device = Normalize(put.Device);
        if (device is Port port)
            device = port with { Peer = (old as Port)?.Peer };
        // A wish that is fulfilled is fulfilled, whatever version it was made against: a repeated request must not fail.
        if (old is not null && old == device with { Version = old.Version })
            return null;
        if (
            (CheckIdentity(draft.Now, device, old) ?? CheckVersion(device, old, put.ExpectedVersion) ?? CheckAlone(device, old)) is
            { } rejection
        )
            return rejection;
        if (ReferenceRules.Check(draft.Now, device, device.References) is { } dangling)
            return dangling;
        draft.Happen(old is null ? new TopologyEvent.DeviceCreated(device) : new TopologyEvent.DeviceUpdated(device));
        return null;
    }

    public static Rejection? Delete(Draft draft, TopologyCommand.DeleteDevice delete)
    {
        if (draft.Now.Find(delete.Device) is not { } device)
            return null;
        if (Refusal.IsUnexpected(device, delete.ExpectedVersion, out var rejection))
            return rejection;
        if (ReferenceRules.CheckUnreferenced(draft.Now, device) is { } referenced)
            return referenced;
        draft.Happen(new TopologyEvent.DeviceDeleted(delete.Device));
        return null;
    }

    /// <summary>Refuses unless a device is at a version.</summary>
    public static Rejection? CheckVersion(TopologySnapshot topology, DeviceVersion expected)
    {
        if (topology.Find(expected.Device) is { } device)
            return Refusal.IsUnexpected(device, expected.Version, out var rejection) ? rejection : null;
        return expected.Version == 0
            ? null
            : new Rejection(
                RejectionReason.VersionConflict,
                $"{Refusal.Of(topology, expected.Device)} was at version {expected.Version} and does not exist any more: look at what is there",
                expected.Device
            );
    }

    /// <summary>The device as an event tells it: without version, and with its lists in their order.</summary>
    internal static Device Normalize(Device device) =>
        device with
        {
            Version = 0,
        } switch
        {
            Port port => port with { Groups = port.Groups.IsDefault ? [] : [.. port.Groups.Distinct().OrderBy(group => group.Value)] },
            Router router => router with
            {
                Routes = router.Routes.WithComparers(StringComparer.Ordinal),
                Nat = router.Nat.WithComparers(StringComparer.Ordinal),
                Pools = router.Pools.WithComparers(StringComparer.Ordinal),
                Balancers = router.Balancers.WithComparers(StringComparer.Ordinal),
            },
            Chain chain => chain with { Rules = chain.Rules.IsDefault ? [] : chain.Rules },
            Host host => host with { Underlay = host.Underlay.IsDefault ? [] : host.Underlay },
            var other => other,
        };

    private static Rejection? CheckIdentity(TopologySnapshot topology, Device device, Device? old)
    {
        var noun = Refusal.NounOf(device.Ref.Kind);
        if (device.Ref.Id == 0)
            return Refusal.Invalid($"{Refusal.Of(device)} has id 0, which names nothing: choose a random one", device.Ref);
        if (!DeviceName.IsLegalPart(device.Name.Name))
        {
            return Refusal.Invalid(
                $"'{device.Name.Name}' cannot be the name of a {noun}: use 1 to {DeviceName.MaxPartLength} letters, digits, '-', '_' and '.', the first a letter or digit",
                device.Ref
            );
        }
        if (device is not Host && !DeviceName.IsLegalPart(device.Name.Tenant))
            return Refusal.Invalid($"{Refusal.Of(device)} needs a tenant: name it TENANT/{device.Name.Name}", device.Ref);
        if (old is not null && old.Name.Tenant != device.Name.Tenant)
        {
            return Refusal.Invalid(
                $"{Refusal.Of(old)} cannot become '{device.Name}', since a device stays in its tenant: create another there",
                device.Ref
            );
        }
        if (topology.Names.TryGetValue((device.Ref.Kind, device.Name), out var holder) && holder != device.Ref)
        {
            return new Rejection(
                RejectionReason.NameTaken,
                old is null
                    ? $"{Refusal.Of(device)} exists already: choose another name, or change that one"
                    : $"{Refusal.Of(old)} cannot be renamed to '{device.Name}', which exists already: choose another name",
                device.Ref,
                holder
            );
        }
        return null;
    }

    private static Rejection? CheckVersion(Device device, Device? old, long? expected)
    {
        if (old is null)
        {
            return expected is null or 0
                ? null
                : new Rejection(
                    RejectionReason.VersionConflict,
                    $"{Refusal.Of(device)} was at version {expected} and does not exist any more: create it anew if you still want it",
                    device.Ref
                );
        }
        if (expected == 0)
        {
            return new Rejection(
                RejectionReason.IdTaken,
                $"{Refusal.Of(device)} cannot be created, since its id is that of {Refusal.Of(old)}: choose another id",
                device.Ref,
                old.Ref
            );
        }
        return Refusal.IsUnexpected(old, expected, out var rejection) ? rejection : null;
    }

    private static Rejection? CheckAlone(Device device, Device? old) =>
        device switch
        {
            Port port => PortRules.Check(port, (Port?)old),
            Router router => RouterRules.Check(router),
            Chain chain => ChainRules.Check(chain),
            Host host => HostRules.Check(host),
            Bridge or AddressSet or PortGroup => null,
            _ => throw new UnreachableException(),
        };
}
