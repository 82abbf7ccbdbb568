using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules between devices, asked once about the outcome of a command: what it changed must fit what is there.</summary>
internal static partial class NetworkRules
{
    public static Rejection? Check(Draft draft)
    {
        if (draft.Events.Count == 0)
            return null;
        var ports = draft
            .Events.Select(happened => happened.Subject)
            .Where(reference => reference.Kind == DeviceKind.Port)
            .Distinct()
            .Select(reference => draft.Now.Ports.GetValueOrDefault(new PortId(reference.Id)))
            .OfType<Port>()
            .ToList();
        return CheckUnderlay(draft)
            ?? CheckStations(draft.Now, ports)
            ?? CheckBindings(draft.Now, ports)
            ?? CheckSubnets(draft, ports)
            ?? CheckRoutes(draft, ports)
            ?? CheckNat(draft, ports)
            ?? CheckJumps(draft);
    }

    /// <summary>One interface of a host is one port's.</summary>
    private static Rejection? CheckBindings(TopologySnapshot topology, List<Port> ports)
    {
        foreach (var port in ports)
        {
            if (port.Binding is not { } binding || topology.HostIndexes[binding.Host].Conflicts is not [var conflict, ..])
                continue;
            return new Rejection(
                RejectionReason.Conflict,
                $"{Refusal.Of(topology, conflict.Rival)} and {Refusal.Of(topology, conflict.Holder)} would both be bound to interface '{conflict.Interface}' of {Refusal.Of(topology, binding.Host)}: unbind one, or name another interface",
                conflict.Rival,
                conflict.Holder
            );
        }
        return null;
    }

    /// <summary>One tunnel endpoint is one host's: what arrives from it would be taken for the other's.</summary>
    private static Rejection? CheckUnderlay(Draft draft)
    {
        foreach (
            var reference in draft.Events.Select(happened => happened.Subject).Where(subject => subject.Kind == DeviceKind.Host).Distinct()
        )
        {
            if (!draft.Now.Hosts.TryGetValue(new HostId(reference.Id), out var host) || host.Underlay.IsEmpty)
                continue;
            foreach (var other in draft.Now.Hosts.Values.Where(other => other.Id != host.Id))
            {
                foreach (var address in host.Underlay.Intersect(other.Underlay))
                    return new Rejection(
                        RejectionReason.Conflict,
                        $"{Refusal.Of(host)} and {Refusal.Of(other)} would both have tunnel endpoint {address}: give one of them another address",
                        host.Ref,
                        other.Ref
                    );
            }
        }
        return null;
    }

    /// <summary>Jumps never lead back to where they began.</summary>
    private static Rejection? CheckJumps(Draft draft)
    {
        foreach (var reference in draft.Events.Where(BringsJumps).Select(happened => happened.Subject).Distinct())
        {
            if (!draft.Now.Chains.TryGetValue(new ChainId(reference.Id), out var chain))
                continue;
            if (FindWayBack(draft.Now, chain) is { } other)
            {
                return new Rejection(
                    RejectionReason.ChainLoop,
                    chain == other
                        ? $"{Refusal.Of(chain)} would jump to itself: remove that jump"
                        : $"{Refusal.Of(chain)} would jump to {Refusal.Of(other)}, which leads back to it: remove one of these jumps",
                    chain.Ref,
                    other.Ref
                );
            }
        }
        return null;
    }

    private static bool BringsJumps(TopologyEvent happened) =>
        happened switch
        {
            TopologyEvent.DeviceCreated created => created.Device is Chain,
            TopologyEvent.DeviceUpdated updated => updated.Device is Chain,
            TopologyEvent.RuleInserted inserted => inserted.Rule.JumpTo is not null,
            TopologyEvent.RuleReplaced replaced => replaced.Rule.JumpTo is not null,
            _ => false,
        };

    /// <summary>The first chain that a chain jumps to and that leads back to it, or null.</summary>
    private static Chain? FindWayBack(TopologySnapshot topology, Chain start)
    {
        var seen = new HashSet<ChainId>();
        foreach (var first in TargetsOf(start))
        {
            var open = new Stack<ChainId>([first]);
            while (open.TryPop(out var id))
            {
                if (id == start.Id)
                    return topology.Chains[first];
                if (!seen.Add(id) || !topology.Chains.TryGetValue(id, out var chain))
                    continue;
                foreach (var target in TargetsOf(chain))
                    open.Push(target);
            }
        }
        return null;
    }

    private static IEnumerable<ChainId> TargetsOf(Chain chain) => chain.Rules.Select(rule => rule.JumpTo).OfType<ChainId>();
}
