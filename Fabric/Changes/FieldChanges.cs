using System.Collections.Immutable;
using System.Globalization;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Tells in words which fields of a device differ from what is wanted.</summary>
internal sealed class FieldChanges
{
    private const string None = "none";
    private readonly Func<DeviceRef, string> _nameOf;

    private FieldChanges(Func<DeviceRef, string> nameOf) => _nameOf = nameOf;

    /// <summary>The differences in the order of the fields.</summary>
    public static ImmutableArray<FieldChange> Of(DiffPair pair, Device old, Device wanted) =>
        Of(reference => NameOf(pair.WantedById.GetValueOrDefault(reference), pair.Current, reference), old, wanted);

    /// <summary>The differences of one device of two descriptions that have the same ids.</summary>
    public static ImmutableArray<FieldChange> Of(TopologySnapshot before, TopologySnapshot after, Device old, Device wanted) =>
        Of(reference => NameOf(after.Find(reference), before, reference), old, wanted);

    private static ImmutableArray<FieldChange> Of(Func<DeviceRef, string> nameOf, Device old, Device wanted)
    {
        var words = new FieldChanges(nameOf);
        var before = words.Describe(old);
        var after = words.Describe(wanted);
        var changes = ImmutableArray.CreateBuilder<FieldChange>();
        foreach (var (field, value) in before)
        {
            if (!after.TryGetValue(field, out var other))
                changes.Add(new FieldChange(field, value.Shown, null));
            else if (!Equals(value.Compared, other.Compared))
                changes.Add(new FieldChange(field, value.Shown, other.Shown));
        }
        changes.AddRange(
            after.Where(pair => !before.ContainsKey(pair.Key)).Select(pair => new FieldChange(pair.Key, null, pair.Value.Shown))
        );
        if (old is Chain oldChain && wanted is Chain chain && IsReordered(oldChain, chain))
            changes.Add(new FieldChange("order of rules", "", ""));
        return changes.DrainToImmutable();
    }

    private static bool IsReordered(Chain old, Chain wanted)
    {
        var before = old.Rules.Select(rule => rule.Name).ToList();
        var after = wanted.Rules.Select(rule => rule.Name).ToList();
        var kept = before.Intersect(after).ToHashSet(StringComparer.Ordinal);
        return !before.Where(kept.Contains).SequenceEqual(after.Where(kept.Contains));
    }

    private OrderedDictionary<string, Field> Describe(Device device)
    {
        var fields = new OrderedDictionary<string, Field>();
        switch (device)
        {
            case Port port:
                Describe(port, fields);
                break;
            case Bridge bridge:
                Describe(bridge.IsAdminUp, bridge.InboundChain, bridge.OutboundChain, fields);
                break;
            case Router router:
                Describe(router.IsAdminUp, router.InboundChain, router.OutboundChain, fields);
                fields["timers"] = new Field(TextOf(router.Timers), router.Timers);
                foreach (var route in router.Routes.Values)
                    fields[$"route '{route.Name}'"] = Text(TextOf(route));
                foreach (var rule in router.Nat.Values)
                    fields[$"NAT rule '{rule.Name}'"] = new Field(TextOf(rule), rule);
                foreach (var balancer in router.Balancers.Values)
                    fields[$"balancer '{balancer.Name}'"] = new Field(TextOf(balancer), balancer);
                foreach (var pool in router.Pools.Values)
                    Describe(pool, fields);
                break;
            case Chain chain:
                foreach (var rule in chain.Rules)
                    fields[$"rule '{rule.Name}'"] = new Field(rule.Action.ToString().ToLowerInvariant(), rule);
                break;
            case AddressSet set:
                foreach (var member in set.Members)
                    fields[$"member {member}"] = Text("");
                break;
            case PortGroup group:
                fields["stateful"] = YesNo(group.IsStateful);
                break;
            case Host host:
                fields["underlay"] = List(host.Underlay.Select(address => address.ToString()));
                break;
        }
        return fields;
    }

    private void Describe(Port port, OrderedDictionary<string, Field> fields)
    {
        fields["device"] = Text(_nameOf(port.Owner));
        Describe(port.IsAdminUp, port.InboundChain, port.OutboundChain, fields);
        fields["peer"] = Text(port.Peer is { } peer ? _nameOf(peer) : None);
        fields["binding"] = Text(port.Binding is { } binding ? $"{_nameOf(binding.Host)}:{binding.Interface}" : None);
        fields["mac"] = Text(port.Mac?.ToString() ?? None);
        fields["addresses"] = List(port.Addresses.Select(own => own.ToString()));
        fields["groups"] = List(port.Groups.Select(group => _nameOf(group)));
    }

    private void Describe(bool isUp, ChainId? inbound, ChainId? outbound, OrderedDictionary<string, Field> fields)
    {
        fields["up"] = YesNo(isUp);
        fields["inbound chain"] = Text(inbound is { } first ? _nameOf(first) : None);
        fields["outbound chain"] = Text(outbound is { } second ? _nameOf(second) : None);
    }

    private string TextOf(Route route)
    {
        var by = route.Port is { } port ? $" by {_nameOf(port)}" : "";
        var via = route.Gateway is { } gateway ? $" via {gateway}" : "";
        var from = route.Source.Length > 0 ? $" from {route.Source}" : "";
        return $"{route.Kind.ToString().ToLowerInvariant()} {route.Destination}{from}{by}{via} metric {route.Metric} weight {route.Weight}";
    }

    private static string TextOf(RouterTimers timers) =>
        $"TCP {timers.TcpEstablished} s and {timers.TcpTransitory} s, UDP {timers.Udp} s, ICMP {timers.Icmp} s, others {timers.Other} s";

    private static string TextOf(NatRule rule) =>
        rule.Kind switch
        {
            NatKind.Source =>
                $"source {rule.From?.ToString() ?? "all"} to {rule.Outside?.ToString() ?? "the port's address"}{(rule.IsDeterministic ? ", deterministic" : "")}",
            NatKind.Destination => $"destination {rule.Outside} to {rule.Inside}",
            NatKind.Static => $"{rule.Outside} for {rule.Inside}",
            NatKind.Prefix => $"{rule.Prefixes?.Outside} for {rule.Prefixes?.Inside}",
            NatKind.Nat64 => $"IPv4 as {rule.Embedding} for {rule.From?.ToString() ?? "all"}, from {rule.Outside}",
        };

    private static string TextOf(Balancer balancer) =>
        $"{balancer.Address} ports {balancer.Ports.First}-{balancer.Ports.Last} to pool '{balancer.Pool}'";

    private static void Describe(Pool pool, OrderedDictionary<string, Field> fields)
    {
        fields[$"method of pool '{pool.Name}'"] = Text(pool.Method.ToString());
        if (pool.Check is { } check)
            fields[$"check of pool '{pool.Name}'"] = new Field(TextOf(check), check);
        if (pool.SlowStartSeconds > 0)
            fields[$"slow start of pool '{pool.Name}'"] = new Field($"{pool.SlowStartSeconds} s", pool.SlowStartSeconds);
        foreach (var member in pool.Members.Values)
        {
            var text = $"{member.Address} {member.Port?.ToString(CultureInfo.InvariantCulture)} weight {member.Weight} {member.State}";
            fields[$"member '{member.Name}' of pool '{pool.Name}'"] = new Field(text.ToLowerInvariant(), member);
        }
    }

    private static string TextOf(HealthCheck check) =>
        $"{check.Kind.ToString().ToLowerInvariant()} each {check.IntervalMilliseconds} ms, at most {check.TimeoutMilliseconds} ms, rise {check.Rise}, fall {check.Fall}";

    private static string NameOf(Device? wanted, TopologySnapshot current, DeviceRef reference) =>
        (wanted ?? current.Find(reference)) is { } device ? $"'{device.Name}'" : Refusal.Of(current, reference);

    private static Field List(IEnumerable<string> items) => Text(string.Join(' ', items) is { Length: > 0 } text ? text : None);

    private static Field YesNo(bool value) => Text(value ? "yes" : "no");

    private static Field Text(string text) => new(text, text);

    /// <summary>What is shown of a field, and what is compared.</summary>
    private readonly record struct Field(string Shown, object Compared);
}
