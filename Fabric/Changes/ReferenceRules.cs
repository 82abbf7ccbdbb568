using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>What a device names exists, and is of its own tenant; what is named is not deleted.</summary>
internal static class ReferenceRules
{
    /// <summary>Refuses references that lead nowhere or into another tenant.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="device">The device that has the references.</param>
    /// <param name="references">Those to look at.</param>
    public static Rejection? Check(TopologySnapshot topology, Device device, IEnumerable<DeviceRef> references)
    {
        foreach (var reference in references)
        {
            if (topology.Find(reference) is not { } other)
            {
                return new Rejection(
                    RejectionReason.DanglingReference,
                    $"{Refusal.Of(device)} names {Refusal.Of(topology, reference)}, which does not exist: create that first, or leave it out",
                    device.Ref,
                    reference
                );
            }
            // Hosts belong to no tenant and carry the ports of all.
            if (other is not Host && other.Name.Tenant != device.Name.Tenant)
            {
                return Refusal.Invalid(
                    $"{Refusal.Of(device)} names {Refusal.Of(other)} of another tenant: use one of tenant '{device.Name.Tenant}'",
                    device.Ref,
                    reference
                );
            }
        }
        return null;
    }

    /// <summary>Refuses that a device goes which others name.</summary>
    public static Rejection? CheckUnreferenced(TopologySnapshot topology, Device device)
    {
        var referrers = topology.ReferrersOf(device.Ref).ToList();
        var first = referrers.Select(topology.Find).OfType<Device>().MinBy(referrer => (referrer.Ref.Kind, referrer.Name));
        if (first is null)
            return null;
        var others = referrers.Count switch
        {
            1 => "",
            2 => " and one other",
            _ => $" and {referrers.Count - 1} others",
        };
        return new Rejection(
            RejectionReason.StillReferenced,
            $"{Refusal.Of(device)} is still named by {Refusal.Of(first)}{others}: delete or change {(others.Length == 0 ? "that" : "those")} first",
            device.Ref,
            first.Ref
        );
    }
}
