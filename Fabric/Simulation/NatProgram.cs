using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>A router's NAT rules and balancers by what a packet is asked for, compiled when the first packet meets them.</summary>
/// <remarks>Immutable; any thread.</remarks>
internal sealed class NatProgram
{
    private readonly ImmutableSortedDictionary<string, NatRule> _rules;
    private readonly ImmutableSortedDictionary<string, Pool> _pools;
    private readonly ImmutableSortedDictionary<string, Balancer> _balancers;
    private readonly Dictionary<IpAddress, NatRule> _staticByOutside = [];
    private readonly Dictionary<IpAddress, NatRule> _staticByInside = [];
    private readonly NatRule[] _prefixes;
    private readonly NatRule[] _crossings;
    private readonly Dictionary<IpAddress, NatRule[]> _destinations;
    private readonly Dictionary<IpAddress, Balancer[]> _balancersByAddress;

    private NatProgram(Router router)
    {
        var rules = router.Nat;
        (_rules, _pools, _balancers) = (router.Nat, router.Pools, router.Balancers);
        foreach (var rule in rules.Values.Where(rule => rule.Kind == NatKind.Static))
        {
            _staticByOutside[rule.Outside!.Value.First] = rule;
            _staticByInside[rule.Inside!.Value] = rule;
        }
        _prefixes = [.. rules.Values.Where(rule => rule.Kind == NatKind.Prefix)];
        Sources = [.. rules.Values.Where(rule => rule.Kind == NatKind.Source)];
        _crossings = [.. rules.Values.Where(rule => rule.Kind == NatKind.Nat64)];
        IsAnyOpen = Sources.Concat(_crossings).Any(rule => rule.Filtering != NatFiltering.AddressAndPort);
        _destinations = ByAddress(rules.Values.Where(rule => rule.Kind == NatKind.Destination), rule => rule.Outside!.Value.First);
        _balancersByAddress = ByAddress(router.Balancers.Values, balancer => balancer.Address);
        var vips = router.Balancers.Values.Select(balancer => AddressRange.Only(balancer.Address));
        var members = router.Pools.Values.SelectMany(pool => pool.Members.Values).Select(member => AddressRange.Only(member.Address));
        var embedding = _crossings
            .Select(rule => rule.Embedding!.Value.Prefix)
            .Select(prefix => new AddressRange(prefix.Address, prefix.Last));
        Outside = IndexOf([.. rules.Values.Select(rule => rule.OutsideRange).OfType<AddressRange>(), .. embedding, .. vips]);
        Targets = IndexOf([
            .. rules.Values.Where(rule => rule.Kind == NatKind.Destination).Select(rule => AddressRange.Only(rule.Inside!.Value)),
            .. members.Distinct(),
        ]);
        var insides = _prefixes.Select(rule => rule.Prefixes!.Value.Inside).Select(prefix => new AddressRange(prefix.Address, prefix.Last));
        StaticInside = IndexOf(_staticByInside.Keys.Select(AddressRange.Only).Concat(insides));
        var asked = router.Pools.Values.Where(pool => pool.Check is not null).SelectMany(pool => pool.Members.Values).ToArray();
        Checked = asked.Length == 0 ? null : IndexOf(asked.Select(member => AddressRange.Only(member.Address)).Distinct());
    }

    /// <summary>The rule that takes packets for an address to the other IP version, or null: of IPv6 by its prefix, of IPv4 by what it gives.</summary>
    public NatRule? CrossingOf(IpAddress destination)
    {
        foreach (var rule in _crossings)
        {
            if (rule.Embedding!.Value.Prefix.Contains(destination) || rule.Outside!.Value.Contains(destination))
                return rule;
        }
        return null;
    }

    /// <summary>The addresses outside that rules name, and those of balancers.</summary>
    public AddressSetIndex Outside { get; }

    /// <summary>The addresses inside that destinations are translated to, members of pools among them: packets from there may be answers.</summary>
    public AddressSetIndex Targets { get; }

    /// <summary>The addresses of members that are checked; null if none is.</summary>
    public AddressSetIndex? Checked { get; }

    /// <summary>The addresses inside that others stand for.</summary>
    public AddressSetIndex StaticInside { get; }

    /// <summary>The rules for sources in the order of their names.</summary>
    public NatRule[] Sources { get; }

    /// <summary>Sources are translated as they leave by a port: what comes in there is from outside, also where another port leads there too.</summary>
    public bool LeadsOutside(PortId port)
    {
        foreach (var rule in Sources)
        {
            if (rule.Port == port)
                return true;
        }
        return false;
    }

    /// <summary>Some rule lets others in than those who were spoken to, by the very port.</summary>
    public bool IsAnyOpen { get; }

    /// <summary>The program of a router, compiled if it was not.</summary>
    public static NatProgram Of(Router router)
    {
        // As chains are: a copy may carry the program of other rules with it, and threads that race here make the same.
        var cached = Unsafe.As<NatProgram?>(router.CompiledNat);
        if (cached is not null && cached.IsOf(router))
            return cached;
        var compiled = new NatProgram(router);
        router.CompiledNat = compiled;
        return compiled;
    }

    /// <summary>The rule by which an address outside stands for one inside, or null.</summary>
    public NatRule? StaticOf(IpAddress outside) => _staticByOutside.GetValueOrDefault(outside);

    /// <summary>The rule by which an address inside has one outside, or null.</summary>
    public NatRule? StaticFor(IpAddress inside) => _staticByInside.GetValueOrDefault(inside);

    /// <summary>The rule by which an address outside stands for one inside by its prefix, or null.</summary>
    public NatRule? PrefixOf(IpAddress outside) => PrefixFor(outside, isOutside: true);

    /// <summary>The rule by which an address inside has one outside by its prefix, or null.</summary>
    public NatRule? PrefixFor(IpAddress inside) => PrefixFor(inside, isOutside: false);

    /// <summary>The address inside that one outside stands for; itself if none does without being remembered.</summary>
    public IpAddress InsideOf(IpAddress outside)
    {
        if (StaticOf(outside) is { } one)
            return one.Inside!.Value;
        return PrefixOf(outside)?.Prefixes is { } prefixes && prefixes.TryGoIn(outside, out var inside) ? inside : outside;
    }

    /// <summary>The address outside that stands for one inside; itself if none does without being remembered.</summary>
    public IpAddress OutsideOf(IpAddress inside)
    {
        if (StaticFor(inside) is { } one)
            return one.Outside!.Value.First;
        return PrefixFor(inside)?.Prefixes is { } prefixes && prefixes.TryGoOut(inside, out var outside) ? outside : inside;
    }

    /// <summary>The rule for packets to an address outside, or null.</summary>
    public NatRule? DestinationOf(in ConnectionKey packet)
    {
        foreach (var rule in _destinations.GetValueOrDefault(packet.Destination, []))
        {
            if (rule.IsFor(packet.Protocol, packet.DestinationPort))
                return rule;
        }
        return null;
    }

    /// <summary>The balancer for packets to an address and port, or null.</summary>
    public Balancer? BalancerOf(in ConnectionKey packet)
    {
        if (!TranslationPorts.HasPorts(packet.Protocol))
            return null;
        foreach (var balancer in _balancersByAddress.GetValueOrDefault(packet.Destination, []))
        {
            if (balancer.IsFor(packet.Protocol, packet.DestinationPort))
                return balancer;
        }
        return null;
    }

    /// <summary>The pool of a balancer.</summary>
    public Pool PoolOf(Balancer balancer) => _pools[balancer.Pool];

    private NatRule? PrefixFor(IpAddress address, bool isOutside)
    {
        foreach (var rule in _prefixes)
        {
            var (inside, outside) = rule.Prefixes!.Value;
            if ((isOutside ? outside : inside).Contains(address))
                return rule;
        }
        return null;
    }

    private bool IsOf(Router router) =>
        ReferenceEquals(_rules, router.Nat) && ReferenceEquals(_pools, router.Pools) && ReferenceEquals(_balancers, router.Balancers);

    /// <summary>Arrays, since packets look here: going through a lookup's group allocates.</summary>
    private static Dictionary<IpAddress, T[]> ByAddress<T>(IEnumerable<T> all, Func<T, IpAddress> address) =>
        all.GroupBy(address).ToDictionary(group => group.Key, group => group.ToArray());

    private static AddressSetIndex IndexOf(IEnumerable<AddressRange> ranges) => new([.. ranges.SelectMany(range => range.Prefixes)]);
}
