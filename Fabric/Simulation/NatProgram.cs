using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>A router's NAT rules by what a packet is asked for, compiled when the first packet meets them.</summary>
/// <remarks>Immutable; any thread.</remarks>
internal sealed class NatProgram
{
    private readonly ImmutableSortedDictionary<string, NatRule> _rules;
    private readonly Dictionary<IpAddress, NatRule> _staticByOutside = [];
    private readonly Dictionary<IpAddress, NatRule> _staticByInside = [];
    private readonly ILookup<IpAddress, NatRule> _destinations;

    private NatProgram(ImmutableSortedDictionary<string, NatRule> rules)
    {
        _rules = rules;
        foreach (var rule in rules.Values.Where(rule => rule.Kind == NatKind.Static))
        {
            _staticByOutside[rule.Outside!.Value.First] = rule;
            _staticByInside[rule.Inside!.Value] = rule;
        }
        Sources = [.. rules.Values.Where(rule => rule.Kind == NatKind.Source)];
        IsAnyOpen = Sources.Any(rule => rule.Filtering == NatFiltering.None);
        _destinations = rules.Values.Where(rule => rule.Kind == NatKind.Destination).ToLookup(rule => rule.Outside!.Value.First);
        Outside = IndexOf(rules.Values.Select(rule => rule.Outside).OfType<AddressRange>());
        Targets = IndexOf(
            rules.Values.Where(rule => rule.Kind == NatKind.Destination).Select(rule => AddressRange.Only(rule.Inside!.Value))
        );
        StaticInside = IndexOf(_staticByInside.Keys.Select(AddressRange.Only));
    }

    /// <summary>The addresses outside that rules name.</summary>
    public AddressSetIndex Outside { get; }

    /// <summary>The addresses inside that destinations are translated to: packets from there may be answers.</summary>
    public AddressSetIndex Targets { get; }

    /// <summary>The addresses inside that others stand for.</summary>
    public AddressSetIndex StaticInside { get; }

    /// <summary>The rules for sources in the order of their names.</summary>
    public NatRule[] Sources { get; }

    /// <summary>Some rule lets anyone in who knows an address and port outside.</summary>
    public bool IsAnyOpen { get; }

    /// <summary>The program of a router, compiled if it was not.</summary>
    public static NatProgram Of(Router router)
    {
        // As chains are: a copy may carry the program of other rules with it, and threads that race here make the same.
        var cached = Unsafe.As<NatProgram?>(router.CompiledNat);
        if (cached is not null && ReferenceEquals(cached._rules, router.Nat))
            return cached;
        var compiled = new NatProgram(router.Nat);
        router.CompiledNat = compiled;
        return compiled;
    }

    /// <summary>The rule by which an address outside stands for one inside, or null.</summary>
    public NatRule? StaticOf(IpAddress outside) => _staticByOutside.GetValueOrDefault(outside);

    /// <summary>The rule by which an address inside has one outside, or null.</summary>
    public NatRule? StaticFor(IpAddress inside) => _staticByInside.GetValueOrDefault(inside);

    /// <summary>The rule for packets to an address outside, or null.</summary>
    public NatRule? DestinationOf(in ConnectionKey packet)
    {
        foreach (var rule in _destinations[packet.Destination])
        {
            if (rule.Protocol is { } protocol && protocol != packet.Protocol)
                continue;
            if (rule.Ports is { } ports && (packet.DestinationPort < ports.First || packet.DestinationPort > ports.Last))
                continue;
            return rule;
        }
        return null;
    }

    private static AddressSetIndex IndexOf(IEnumerable<AddressRange> ranges) => new([.. ranges.SelectMany(range => range.Prefixes)]);
}
