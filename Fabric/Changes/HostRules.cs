using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of a host alone.</summary>
internal static class HostRules
{
    public static Rejection? Key(Draft draft, TopologyCommand.KeyHost key)
    {
        if (!draft.Now.Hosts.TryGetValue(key.Host, out var host))
            return Refusal.NotFound(key.Host);
        if (key.Key == default)
            return Refusal.Invalid($"{Refusal.Of(host)} cannot have a key of all zeros: give the one that its agent made", host.Ref);
        if (draft.Now.PeerKeys.GetValueOrDefault(key.Host) != key.Key)
            draft.Happen(new TopologyEvent.HostKeyed(key.Host, key.Key));
        return null;
    }

    public static Rejection? Check(Host host)
    {
        if (!string.IsNullOrEmpty(host.Name.Tenant))
            return Refusal.Invalid(
                $"{Refusal.Of(host)} cannot belong to tenant '{host.Name.Tenant}': hosts are shared by all, leave the tenant out",
                host.Ref
            );
        var seen = new HashSet<IpAddress>();
        foreach (var address in host.Underlay)
        {
            if (AddressFaults.OfStation(address) is { } fault)
                return Refusal.Invalid(
                    $"{Refusal.Of(host)} cannot end tunnels at {address}, which {fault}: use an address of its own",
                    host.Ref
                );
            if (!seen.Add(address))
                return Refusal.Invalid($"{Refusal.Of(host)} has tunnel endpoint {address} twice: list it once", host.Ref);
        }
        return null;
    }
}
