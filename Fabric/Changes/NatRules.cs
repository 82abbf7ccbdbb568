using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of a router's address translation: each rule by itself, and no two for one address outside.</summary>
internal static class NatRules
{
    /// <summary>Addresses outside that one rule may have.</summary>
    private const uint MaxAddresses = 1024;

    private const string NoPort = "has no port that leads outside: name one of the router";
    private const byte ProtocolTcp = 6;
    private const byte ProtocolUdp = 17;

    public static Rejection? Check(Router router)
    {
        foreach (var (name, rule) in router.Nat)
        {
            if (name != rule.Name || !DeviceName.IsLegalPart(name))
                return Invalid(router, rule, "cannot have that name: use letters, digits, '-', '_' and '.'");
            if (FaultOf(rule) is { } fault)
                return Invalid(router, rule, fault);
        }
        return FindOverlap(router);
    }

    /// <summary>A rule's port must be the router's, and no rule may take an address that a port of the router has, but for the rule of ports that it is for.</summary>
    public static Rejection? Check(TopologySnapshot topology, Router router)
    {
        var local = topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).LocalAddresses;
        foreach (var rule in router.Nat.Values)
        {
            if (rule.Port is { } id && topology.Ports.TryGetValue(id, out var port) && port.Owner != router.Ref)
                return Invalid(router, rule, $"names port '{port.Name.Name}', which is another device's: name a port of the router");
            if (rule.Prefixes is { } prefixes && FindOnLink(topology, router, prefixes.Outside) is { } near)
                return Invalid(
                    router,
                    rule,
                    $"is for {prefixes.Outside}, which port '{near.Name.Name}' has a subnet of: use a prefix that is routed to the router"
                );
            if (rule.Embedding is { Prefix: var embedding } && FindOnLink(topology, router, embedding) is { } on)
                return Invalid(router, rule, $"is for {embedding}, which port '{on.Name.Name}' has a subnet of: use a prefix of nobody");
            if (
                rule.Kind == NatKind.Nat64
                && local.Keys.Where(rule.Outside!.Value.Contains).Order().FirstOrDefault() is { IsUnspecified: false } taken
            )
                return Invalid(router, rule, $"speaks from {taken}, which a port of the router has: use other addresses");
            if (rule.Kind == NatKind.Static && local.TryGetValue(rule.Outside!.Value.First, out _))
                return Invalid(router, rule, $"is for {rule.Outside}, which a port of the router has: use another address");
            if (
                rule.IsDeterministic
                && local.Keys.Where(rule.Outside!.Value.Contains).Order().FirstOrDefault() is { IsUnspecified: false } own
            )
                return Invalid(router, rule, $"is deterministic and for {own}, which a port of the router has: use other addresses");
        }
        return null;
    }

    /// <summary>Who asks for an address on a link must hear the station that has it, not the router.</summary>
    private static Port? FindOnLink(TopologySnapshot topology, Router router, IpPrefix prefix)
    {
        foreach (var id in topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).Ports)
        {
            if (topology.Ports.TryGetValue(id, out var port) && port.Addresses.Any(own => own.Subnet.Overlaps(prefix)))
                return port;
        }
        return null;
    }

    private static Rejection Invalid(Router router, NatRule rule, string fault) =>
        Refusal.Invalid($"NAT rule '{rule.Name}' of {Refusal.Of(router)} {fault}", router.Ref);

    /// <summary>What is wrong with a rule and what to do, as the end of a sentence that begins with the rule; or null.</summary>
    private static string? FaultOf(NatRule rule)
    {
        if (!Enum.IsDefined(rule.Kind) || !Enum.IsDefined(rule.Filtering))
            return "is of no kind: make it snat, dnat, static, prefix or nat64";
        if (rule.Outside is { } outside && (outside.First.Family != outside.Last.Family || outside.First.Bits > outside.Last.Bits))
            return $"has a range of no addresses: {outside}";
        if (rule.Outside is { } many && many.Count > MaxAddresses)
            return $"has {many.Count} addresses: use {MaxAddresses} at most";
        if (rule.Outside is { } named && AddressFaults.OfStation(named.First) is { } fault)
            return $"is for {named.First}, which {fault}: use a station's address";
        if (rule.Ports is { } ports && ports.First > ports.Last)
            return $"has a range of no ports: {ports.First} to {ports.Last}";
        if (rule.Kind != NatKind.Prefix && rule.Prefixes is not null)
            return "has prefixes and does not translate any: leave them out";
        if (rule.Kind != NatKind.Nat64 && rule.Embedding is not null)
            return "has a prefix that stands for IPv4 and does not go there: leave it out";
        if (rule.Kind != NatKind.Source && rule.IsDeterministic)
            return "is deterministic and gives no ports: leave that out";
        return rule.Kind switch
        {
            NatKind.Source => FaultOfSource(rule),
            NatKind.Destination => FaultOfInside(rule) ?? FaultOfPorts(rule),
            NatKind.Static => rule.Port is null ? NoPort : FaultOfInside(rule),
            NatKind.Prefix => rule.Port is null ? NoPort : FaultOfPrefix(rule),
            NatKind.Nat64 => FaultOfNat64(rule),
        };
    }

    private static string? FaultOfPrefix(NatRule rule)
    {
        if (rule.Prefixes is not { } prefixes)
            return "needs one prefix outside and one inside";
        if (
            rule
            is not {
                From: null,
                Outside: null,
                Ports: null,
                Protocol: null,
                Inside: null,
                InsidePort: null,
                Filtering: default(NatFiltering)
            }
        )
            return "translates prefixes and has what is for other kinds: leave it out";
        var (inside, outside) = (prefixes.Inside, prefixes.Outside);
        if (inside.Family != IpFamily.V6 || outside.Family != IpFamily.V6)
            return $"is for {outside} and {inside}: only prefixes of IPv6 stand for each other";
        if (inside.Length != outside.Length)
            return $"is for {outside} and {inside}: give both one length";
        if (inside.Length is 0 or > PrefixTranslation.MaxLength)
            return $"is for {outside}: use a prefix from /1 to /{PrefixTranslation.MaxLength}";
        foreach (var prefix in (IpPrefix[])[inside, outside])
        {
            var station = IpAddress.Of(IpFamily.V6, prefix.Address.Bits | 1);
            if ((station.IsLinkLocal ? "never leaves its link" : AddressFaults.OfStation(station)) is { } fault)
                return $"is for {prefix}, which {fault}: use a prefix of stations";
        }
        return inside.Overlaps(outside) ? $"is for {outside} and {inside}: use prefixes that have no address in common" : null;
    }

    /// <summary>A rule between IPv6 and IPv4 (RFC 6052, section 2.2).</summary>
    private static string? FaultOfNat64(NatRule rule)
    {
        if (rule is not { Embedding.Prefix: var prefix, Outside: { } outside })
            return "needs a prefix that stands for IPv4, and addresses of IPv4 to speak from";
        if (rule is not { Port: null, Protocol: null, Inside: null, InsidePort: null })
            return "goes from IPv6 to IPv4 and has what is for other kinds: leave it out";
        if (!EmbeddingPrefix.IsLegal(prefix))
            return $"is for {prefix}: use a prefix of IPv6 of length 32, 40, 48, 56, 64 or 96 whose bits 64 to 71 are zero";
        var station = IpAddress.Of(IpFamily.V6, prefix.Address.Bits | 1);
        if ((station.IsLinkLocal ? "never leaves its link" : AddressFaults.OfStation(station)) is { } fault)
            return $"is for {prefix}, which {fault}: use a prefix of stations";
        if (outside.Family != IpFamily.V4)
            return $"speaks from {outside}: use addresses of IPv4";
        if (rule.Ports is { First: 0 })
            return "gives port 0, which is none: begin with 1 or more";
        if (rule.From is not { } from)
            return null;
        if (from.Family != IpFamily.V6)
            return $"is for sources {from}: use a prefix of IPv6";
        return from.Overlaps(prefix) ? $"is for sources {from} and {prefix}: use prefixes that have no address in common" : null;
    }

    private static string? FaultOfSource(NatRule rule)
    {
        if (rule.Port is null)
            return NoPort;
        if (rule.Inside is not null || rule.InsidePort is not null || rule.Protocol is not null)
            return "translates sources and has something inside: leave it out";
        if (rule.Ports is { First: 0 })
            return "gives port 0, which is none: begin with 1 or more";
        if (rule is { From: { } from, Outside: { } outside } && from.Family != outside.Family)
            return $"is for sources {from} and addresses {outside}: use one IP version";
        return rule.IsDeterministic ? FaultOfFixed(rule) : null;
    }

    /// <summary>Each station needs ports of its own (RFC 7422, section 2).</summary>
    private static string? FaultOfFixed(NatRule rule)
    {
        if (FixedPorts.Of(rule) is not { } given)
            return "is deterministic and needs sources and addresses outside: name both";
        if (given.Stations == 0)
            return $"is deterministic and for {given.From}, which are more stations than any addresses have ports for: use a longer prefix";
        return given.PerStation < FixedPorts.LeastPerStation
            ? $"is deterministic and has {given.PerStation} ports for each of {given.Stations} stations, not {FixedPorts.LeastPerStation}: use more addresses or a longer prefix"
            : null;
    }

    private static string? FaultOfInside(NatRule rule)
    {
        if (rule.Outside is not { Count: var count } outside || count != UInt128.One || rule.Inside is not { } inside)
            return "needs one address outside and one inside";
        if (outside.Family != inside.Family)
            return $"is for {outside} and {inside}: use one IP version";
        if (AddressFaults.OfStation(inside) is { } fault)
            return $"leads to {inside}, which {fault}: use a station's address";
        return outside.First == inside ? $"translates {inside} to itself: use another address" : null;
    }

    private static string? FaultOfPorts(NatRule rule)
    {
        var hasPorts = rule.Protocol is ProtocolTcp or ProtocolUdp;
        if ((rule.Ports is not null || rule.InsidePort is not null) && !hasPorts)
            return "has ports and no protocol that has any: make it TCP or UDP";
        if (rule.InsidePort is not { } inside)
            return null;
        if (rule.Ports is not { } ports)
            return "gives a port inside for no ports outside: name them";
        return inside == 0 || inside + (ports.Last - ports.First) > ushort.MaxValue
            ? $"has no room for its ports from {inside} on: use lower ones"
            : null;
    }

    /// <summary>Of an address outside it must be plain what becomes of a packet for it.</summary>
    private static Rejection? FindOverlap(Router router)
    {
        var named = router.Nat.Values.Where(rule => rule.OutsideRange is not null).ToArray();
        for (var i = 0; i < named.Length; i++)
        {
            for (var j = i + 1; j < named.Length; j++)
            {
                var (one, other) = (named[i], named[j]);
                if (one.OutsideRange!.Value.Overlaps(other.OutsideRange!.Value) && !AreApart(one, other))
                    return Invalid(router, one, $"and NAT rule '{other.Name}' are for one address outside: give each its own");
            }
        }
        if (FindEmbeddingTwice(router) is { } twice)
            return twice;
        var inside = router
            .Nat.Values.Where(rule => rule.Kind == NatKind.Static)
            .GroupBy(rule => rule.Inside)
            .FirstOrDefault(group => group.Count() > 1);
        var prefixes = router.Nat.Values.Where(rule => rule.Prefixes is not null).ToArray();
        foreach (var rule in prefixes)
        {
            if (prefixes.Any(other => other != rule && other.Prefixes!.Value.Inside.Overlaps(rule.Prefixes!.Value.Inside)))
                return Invalid(router, rule, $"and another are for {rule.Prefixes!.Value.Inside}: a prefix inside has one outside");
        }
        return inside is null
            ? null
            : Invalid(router, inside.First(), $"and another are for {inside.Key}: an address inside has one outside");
    }

    /// <summary>An address of IPv6 must stand for one of IPv4, or be somebody's.</summary>
    private static Rejection? FindEmbeddingTwice(Router router)
    {
        foreach (var rule in router.Nat.Values.Where(rule => rule.Embedding is not null))
        {
            var prefix = rule.Embedding!.Value.Prefix;
            var range = new AddressRange(prefix.Address, prefix.Last);
            foreach (var other in router.Nat.Values)
            {
                if (other == rule)
                    continue;
                var isTaken = other.OutsideRange is { } outside && outside.Overlaps(range);
                if (isTaken || other.Embedding is { } embedding && embedding.Prefix.Overlaps(prefix))
                    return Invalid(router, rule, $"and NAT rule '{other.Name}' are for one address of {prefix}: give each its own");
                // What was translated once is not taken to IPv4 at the same router.
                if (other.Inside is { } inside && prefix.Contains(inside))
                    return Invalid(router, other, $"leads to {inside}, which {Embeds(rule)}: use the address of a station");
                if (other.Prefixes is { Inside: var insides } && insides.Overlaps(prefix))
                    return Invalid(router, other, $"leads to {insides}, of which {Embeds(rule)} some: use a prefix of stations");
            }
        }
        return null;
    }

    /// <summary>The rule by which an address stands for one of IPv4, or null.</summary>
    public static NatRule? EmbeddingOf(Router router, IpAddress address) =>
        router.Nat.Values.FirstOrDefault(rule => rule.Embedding is { Prefix: var prefix } && prefix.Contains(address));

    /// <summary>What a rule between the versions does with an address, as words behind it.</summary>
    public static string Embeds(NatRule rule) => $"NAT rule '{rule.Name}' takes to IPv4";

    /// <summary>Both may be asked: for other ports of a destination; or the one gives sources what the other lets in at certain ports.</summary>
    private static bool AreApart(NatRule one, NatRule other)
    {
        if (IsAlone(one.Kind) || IsAlone(other.Kind))
            return false;
        if (one.Kind == NatKind.Source && other.Kind == NatKind.Source)
            return !one.IsDeterministic && !other.IsDeterministic && IsAskedByPort(one, other);
        if (one.Kind != other.Kind)
            return AreApartFromStations(one, other) && AreApartFromStations(other, one);
        var sameProtocol = one.Protocol is null || other.Protocol is null || one.Protocol == other.Protocol;
        var samePorts = one.Ports is not { } a || other.Ports is not { } b || a.First <= b.Last && b.First <= a.Last;
        return !(sameProtocol && samePorts);
    }

    /// <summary>What is for an address outside of it is for nothing else.</summary>
    private static bool IsAlone(NatKind kind) => kind is NatKind.Static or NatKind.Prefix or NatKind.Nat64;

    /// <summary>A port of a station is no service's.</summary>
    private static bool AreApartFromStations(NatRule given, NatRule service) =>
        FixedPorts.Of(given) is not { Ports: var ports }
        || service.Ports is { } taken && (taken.Last < ports.First || taken.First > ports.Last);

    private static bool IsAskedByPort(NatRule one, NatRule other) => one.Port == other.Port || one.Outside == other.Outside;
}
