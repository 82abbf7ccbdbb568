using Fabric.Devices;

namespace Fabric.Changes;

internal static partial class PortRules
{
    public static Rejection? Link(Draft draft, TopologyCommand.LinkPorts link)
    {
        if (!draft.Now.Ports.TryGetValue(link.First, out var first))
            return Refusal.NotFound(link.First);
        if (!draft.Now.Ports.TryGetValue(link.Second, out var second))
            return Refusal.NotFound(link.Second);
        if (first.Peer == second.Id && second.Peer == first.Id && first != second)
            return null;
        if ((CheckFree(draft.Now, first, second) ?? CheckFree(draft.Now, second, first)) is { } rejection)
            return rejection;
        if (first == second)
            return Refusal.Invalid($"{Refusal.Of(first)} cannot be linked to itself: name another port", first.Ref, second.Ref);
        if (first.Name.Tenant != second.Name.Tenant)
            return Refusal.Invalid(
                $"{Refusal.Of(first)} cannot be linked to {Refusal.Of(second)} of another tenant: link ports of one tenant",
                first.Ref,
                second.Ref
            );
        draft.Happen(new TopologyEvent.DeviceUpdated(first with { Peer = second.Id, Version = 0 }));
        draft.Happen(new TopologyEvent.DeviceUpdated(second with { Peer = first.Id, Version = 0 }));
        return null;
    }

    public static Rejection? Unlink(Draft draft, TopologyCommand.UnlinkPort unlink)
    {
        if (!draft.Now.Ports.TryGetValue(unlink.Port, out var port))
            return Refusal.NotFound(unlink.Port);
        if (port.Peer is not { } peerId)
            return null;
        draft.Happen(new TopologyEvent.DeviceUpdated(port with { Peer = null, Version = 0 }));
        if (draft.Now.Ports.TryGetValue(peerId, out var peer))
            draft.Happen(new TopologyEvent.DeviceUpdated(peer with { Peer = null, Version = 0 }));
        return null;
    }

    public static Rejection? Bind(Draft draft, TopologyCommand.BindPort bind)
    {
        if (!draft.Now.Ports.TryGetValue(bind.Port, out var port))
            return Refusal.NotFound(bind.Port);
        if (port.Binding == bind.Binding)
            return null;
        var bound = port with { Binding = bind.Binding, Version = 0 };
        if (bind.Binding is { } binding && CheckBinding(bound, binding) is { } rejection)
            return rejection;
        if (ReferenceRules.Check(draft.Now, bound, bound.References) is { } dangling)
            return dangling;
        draft.Happen(new TopologyEvent.DeviceUpdated(bound));
        return null;
    }

    private static Rejection? CheckFree(TopologySnapshot topology, Port port, Port other)
    {
        if (port.Peer is { } peer)
        {
            return new Rejection(
                RejectionReason.Conflict,
                $"{Refusal.Of(port)} is linked to {Refusal.Of(topology, peer)} and cannot be linked to {Refusal.Of(other)}: unlink it first",
                port.Ref,
                peer
            );
        }
        if (port.Binding is { } binding)
        {
            return new Rejection(
                RejectionReason.Conflict,
                $"{Refusal.Of(port)} is bound to interface '{binding.Interface}' of {Refusal.Of(topology, binding.Host)} and cannot be linked to {Refusal.Of(other)}: unbind it first",
                port.Ref,
                other.Ref
            );
        }
        return null;
    }
}
