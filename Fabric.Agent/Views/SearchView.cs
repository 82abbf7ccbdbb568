using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Description;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>Finds devices and rules by whatever people know of them: a name, an address, a MAC, an interface, a tunnel key, an id.</summary>
internal static class SearchView
{
    /// <summary>What is found at most.</summary>
    public const int MaxItems = 50;

    /// <summary>Devices that have to do with a text, those that are called so first.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="text">The text, and before it words such as kind:port, host:a, tenant:shop.</param>
    /// <param name="limit">How many.</param>
    public static JsonObject Of(TopologySnapshot topology, string text, int limit)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var conditions = words.Where(word => word.Contains(':', StringComparison.Ordinal) && IsCondition(word)).ToArray();
        var wanted = words.Except(conditions).ToArray();
        var found = Devices(topology)
            .Where(device => conditions.All(condition => Satisfies(topology, device, condition)))
            .Select(device => (Device: device, Rank: wanted.Length == 0 ? 1 : wanted.Sum(word => RankOf(topology, device, word))))
            .Where(found => found.Rank > 0 && (wanted.Length == 0 || wanted.All(word => RankOf(topology, found.Device, word) > 0)))
            .OrderByDescending(found => found.Rank)
            .ThenBy(found => (found.Device.Ref.Kind, found.Device.Name))
            .Take(Math.Clamp(limit, 1, MaxItems));
        return new JsonObject { ["items"] = new JsonArray([.. found.Select(item => (JsonNode)Item(topology, item.Device, wanted))]) };
    }

    private static IEnumerable<Device> Devices(TopologySnapshot topology) =>
        topology
            .Ports.Values.Concat<Device>(topology.Bridges.Values)
            .Concat(topology.Routers.Values)
            .Concat(topology.Chains.Values)
            .Concat(topology.Hosts.Values)
            .Concat(topology.AddressSets.Values)
            .Concat(topology.PortGroups.Values);

    private static bool IsCondition(string word) => word.Split(':', 2)[0] is "kind" or "host" or "tenant";

    private static bool Satisfies(TopologySnapshot topology, Device device, string condition) =>
        condition.Split(':', 2) switch
        {
            ["kind", var kind] => Nouns.Parse(kind) == device.Ref.Kind,
            ["tenant", var tenant] => device.Name.Tenant == tenant,
            [_, var host] => device is Port { Binding: { } binding } && topology.Hosts.GetValueOrDefault(binding.Host)?.Name.Name == host,
            _ => false,
        };

    private static int RankOf(TopologySnapshot topology, Device device, string word)
    {
        const int exact = 8;
        const int start = 4;
        const int part = 2;
        var name = device.Name.Name;
        if (name.Equals(word, StringComparison.OrdinalIgnoreCase) || $"{device.Name}" == word)
            return exact;
        if (name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            return start;
        if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
            return part;
        return Others(topology, device).Any(other => other.StartsWith(word, StringComparison.OrdinalIgnoreCase)) ? 1 : 0;
    }

    /// <summary>What else a device is known by.</summary>
    private static IEnumerable<string> Others(TopologySnapshot topology, Device device)
    {
        yield return device.Ref.Id.ToString("x16", CultureInfo.InvariantCulture);
        if (topology.TunnelKeys.Of(device.Ref) is not 0 and var key)
            yield return key.ToString(CultureInfo.InvariantCulture);
        if (device is Port port)
        {
            foreach (var address in port.Addresses)
                yield return $"{address.Address}";
            if (port.Mac is { } mac)
                yield return $"{mac}";
            if (port.Binding is { } binding)
                yield return binding.Interface;
        }
        else if (device is Fabric.Devices.Host host)
        {
            foreach (var address in host.Underlay)
                yield return $"{address}";
        }
        else if (device is Chain chain)
        {
            foreach (var rule in chain.Rules)
                yield return rule.Name;
        }
    }

    private static JsonObject Item(TopologySnapshot topology, Device device, string[] words) =>
        new()
        {
            ["kind"] = Nouns.One(device.Ref.Kind),
            ["name"] = $"{device.Name}",
            ["to"] = DeviceState.PageOf(device),
            ["detail"] = Detail(topology, device, words),
            ["addresses"] = device is Port port
                ? new JsonArray([.. port.Addresses.Select(address => (JsonNode)$"{address.Address}")])
                : new JsonArray(),
            ["station"] = device is Port { IsExterior: true },
        };

    /// <summary>What it was found by, if not by its name; else what it is.</summary>
    private static string Detail(TopologySnapshot topology, Device device, string[] words)
    {
        var by = Others(topology, device)
            .FirstOrDefault(other => words.Any(word => other.StartsWith(word, StringComparison.OrdinalIgnoreCase)));
        if (by is not null)
            return device is Chain ? $"rule {by}" : by;
        return device switch
        {
            Port port => string.Join(' ', port.Addresses.Select(address => $"{address.Address}").Prepend(HostOf(topology, port))).Trim(),
            Chain chain => string.Create(CultureInfo.InvariantCulture, $"{chain.Rules.Length} rules"),
            _ => "",
        };
    }

    private static string HostOf(TopologySnapshot topology, Port port) =>
        port.Binding is { } binding && topology.Hosts.TryGetValue(binding.Host, out var host) ? $"at {host.Name.Name}" : "";
}
