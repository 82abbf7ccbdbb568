using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of a port alone.</summary>
internal static partial class PortRules
{
    /// <summary>Longest name of an interface in Linux, without the closing zero.</summary>
    private const int MaxInterfaceLength = 15;

    public static Rejection? Check(Port port, Port? old)
    {
        if (!port.IsBridgePort && !port.IsRouterPort)
            return Refusal.Invalid(
                $"{Refusal.Of(port)} cannot belong to a {Refusal.NounOf(port.Owner.Kind)}: give it a bridge or router",
                port.Ref,
                port.Owner
            );
        if (old is not null && old.Owner != port.Owner)
            return Refusal.Invalid(
                $"{Refusal.Of(port)} stays at its {Refusal.NounOf(old.Owner.Kind)}: delete it and create another elsewhere",
                port.Ref,
                port.Owner
            );
        if (port.Binding is { } binding && CheckBinding(port, binding) is { } rejection)
            return rejection;
        return CheckMac(port) ?? CheckAddresses(port);
    }

    private static Rejection? CheckBinding(Port port, HostBinding binding)
    {
        if (port.Peer is { } peer)
        {
            return new Rejection(
                RejectionReason.Conflict,
                $"{Refusal.Of(port)} is linked to another port and cannot be bound to interface '{binding.Interface}': unlink it first",
                port.Ref,
                peer
            );
        }
        return IsInterfaceName(binding.Interface)
            ? null
            : Refusal.Invalid(
                $"{Refusal.Of(port)} cannot be bound to interface '{binding.Interface}': a name has 1 to {MaxInterfaceLength} characters without '/', ':' and blanks",
                port.Ref
            );
    }

    private static bool IsInterfaceName(string? name) =>
        name is { Length: > 0 and <= MaxInterfaceLength } and not "." and not ".."
        && !name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static Rejection? CheckMac(Port port)
    {
        if (port.Mac is not { } mac)
        {
            return port.IsRouterPort
                ? Refusal.Invalid(
                    $"{Refusal.Of(port)} is a router's and needs an Ethernet address: give it one such as 02:00:00:00:00:01",
                    port.Ref
                )
                : null;
        }
        return mac.IsMulticast || mac == MacAddress.Zero
            ? Refusal.Invalid(
                $"{Refusal.Of(port)} cannot have Ethernet address {mac}, which names no single station: use an even first octet",
                port.Ref
            )
            : null;
    }

    private static Rejection? CheckAddresses(Port port)
    {
        if (port.Addresses.Count > ChangeLimits.MaxPortAddresses)
            return Refusal.Invalid(
                $"{Refusal.Of(port)} has more than {ChangeLimits.MaxPortAddresses} addresses: spread them over more ports",
                port.Ref
            );
        var seen = new HashSet<IpAddress>();
        foreach (var own in port.Addresses)
        {
            if (FaultOf(own) is { } fault)
                return Refusal.Invalid($"{Refusal.Of(port)} cannot have address {own}, which {fault}", port.Ref);
            if (!seen.Add(own.Address))
                return Refusal.Invalid($"{Refusal.Of(port)} has address {own.Address} twice: list it once", port.Ref);
        }
        return null;
    }

    /// <summary>What keeps an address from being a station's, with what to do; or null.</summary>
    private static string? FaultOf(InterfaceAddress own)
    {
        if (own.PrefixLength < 1 || own.PrefixLength > own.Address.Width)
            return $"has no subnet length from 1 to {own.Address.Width}: correct the length";
        if (AddressFaults.OfStation(own.Address) is { } fault)
            return $"{fault}: use a station's address";
        // A subnet of 31 or 32 bits has neither (RFC 3021, section 2.1).
        if (own is { Address.Family: IpFamily.V4, PrefixLength: <= 30 })
        {
            if (own.Address == own.Subnet.Address)
                return "names its network as a whole: use another address of the subnet";
            if (own.Subnet.IsDirectedBroadcast(own.Address))
                return "is the broadcast address of its subnet: use another address of the subnet";
        }
        return null;
    }
}
