using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

internal sealed partial class DiffPlan
{
    /// <summary>Up to so many rules are told one by one; beyond, the chain is told as a whole.</summary>
    private const int MaxSingleRules = 8;

    /// <summary>Kinds in an order in which none names one that follows, rules and routes left out.</summary>
    private static readonly ImmutableArray<DeviceKind> _order =
    [
        DeviceKind.Host,
        DeviceKind.PortGroup,
        DeviceKind.AddressSet,
        DeviceKind.Chain,
        DeviceKind.Bridge,
        DeviceKind.Router,
        DeviceKind.Port,
    ];

    /// <summary>Creates and updates everything but links, rules and routes.</summary>
    private void PutAll()
    {
        foreach (var kind in _order)
        {
            foreach (var device in _pair.Wanted.Where(device => device.Ref.Kind == kind))
                Put(device, Known(device.Ref));
        }
    }

    private void Put(Device wanted, Device? known)
    {
        if (wanted is AddressSet set && known is AddressSet old)
        {
            ChangeMembers(old, set);
            known = old with { Members = set.Members };
        }
        // Rules, routes and peers stay as they are for now; a device that has none of these yet is created bare.
        var next = wanted switch
        {
            Chain chain => chain with { Rules = (known as Chain)?.Rules ?? [] },
            Router router => router with
            {
                Routes = (known as Router)?.Routes ?? Router.NoRoutes,
                Nat = (known as Router)?.Nat ?? Router.NoNat,
                Pools = (known as Router)?.Pools ?? Router.NoPools,
                Balancers = (known as Router)?.Balancers ?? Router.NoBalancers,
            },
            Port port => port with { Peer = (known as Port)?.Peer },
            _ => wanted,
        };
        if (known is null || next != known with { Version = 0 })
            PutInterim(next);
    }

    private void ChangeMembers(AddressSet old, AddressSet wanted)
    {
        ImmutableArray<IpPrefix> added = [.. wanted.Members.Except(old.Members)];
        ImmutableArray<IpPrefix> removed = [.. old.Members.Except(wanted.Members)];
        if (!added.IsEmpty || !removed.IsEmpty)
            Add(new TopologyCommand.ChangeAddressSet(old.Id, added, removed), old.Id);
    }

    private void PutRules()
    {
        foreach (var wanted in _pair.Wanted.OfType<Chain>())
        {
            var known = (Chain)Known(wanted.Ref)!;
            if (!known.Rules.SequenceEqual(wanted.Rules))
                PutRules(known, wanted);
        }
    }

    private void PutRules(Chain known, Chain wanted)
    {
        var same = 0;
        while (same < known.Rules.Length && same < wanted.Rules.Length && known.Rules[same] == wanted.Rules[same])
            same++;
        var tail = 0;
        while (tail < Math.Min(known.Rules.Length, wanted.Rules.Length) - same && known.Rules[^(tail + 1)] == wanted.Rules[^(tail + 1)])
            tail++;
        var gone = known.Rules[same..^tail];
        var come = wanted.Rules[same..^tail];
        if (known.Rules.IsEmpty || gone.Length + come.Length > MaxSingleRules)
        {
            PutInterim(wanted);
            return;
        }
        // All that go before any comes: a rule that moves keeps its name.
        foreach (var rule in gone)
            Add(new TopologyCommand.DeleteRule(wanted.Id, rule.Name), wanted.Id);
        for (var i = 0; i < come.Length; i++)
            Add(new TopologyCommand.InsertRule(wanted.Id, same + i, come[i]), wanted.Id);
        _interim[wanted.Ref] = wanted;
    }

    private void PutRoutes()
    {
        foreach (var wanted in _pair.Wanted.OfType<Router>())
        {
            var known = (Router)Known(wanted.Ref)!;
            foreach (var name in known.Routes.Keys.Where(name => !wanted.Routes.ContainsKey(name)))
                Add(new TopologyCommand.DeleteRoute(wanted.Id, name), wanted.Id);
            foreach (var route in wanted.Routes.Values.Where(route => known.Routes.GetValueOrDefault(route.Name) != route))
                Add(new TopologyCommand.PutRoute(wanted.Id, route), wanted.Id);
            _interim[wanted.Ref] = wanted with { Nat = known.Nat, Pools = known.Pools, Balancers = known.Balancers };
        }
    }

    /// <summary>When the ports are there, which rules name and which have the subnets of pools.</summary>
    private void PutNat()
    {
        foreach (var wanted in _pair.Wanted.OfType<Router>())
        {
            if (!((Router)Known(wanted.Ref)!).TranslatesAs(wanted))
                PutInterim(wanted);
        }
    }
}
