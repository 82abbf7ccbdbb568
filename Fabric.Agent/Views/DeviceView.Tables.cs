using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Views;

internal sealed partial class DeviceView
{
    /// <summary>Learned entries that are listed at most.</summary>
    private const int MaxLearned = 1000;

    /// <summary>The rules of a chain in the order in which they are tried, with what each has matched, and who made it.</summary>
    private void AddRules(ChainId? id, string title)
    {
        if (id is not { } known || !topology.Chains.TryGetValue(known, out var chain))
            return;
        var names = new NameWriter(topology, chain.Name.Tenant);
        var rows = chain.Rules.Select(
            (rule, index) =>
            {
                var (packets, bytes) = traffic.Of(chain, rule);
                var changed = traffic.ChangeOf(chain, rule);
                return new JsonNode?[]
                {
                    index + 1,
                    $"{chain.Name}/{rule.Name}",
                    RuleWriter.Conditions(rule.Match, names),
                    RuleWriter.Action(rule, names),
                    packets,
                    bytes,
                    changed?.Author,
                    changed?.Time.ToString("O", CultureInfo.InvariantCulture),
                    changed?.Position,
                };
            }
        );
        var columns = new[] { "position", "name", "conditions", "do", "packets", "bytes", "author", "changed", "journal" };
        AddTable(title, Rows("rule", columns, rows), "It has no rules: everything passes.");
    }

    /// <summary>Where the stations of a bridge are: those that are described, and those that were heard.</summary>
    private void AddStations(Bridge bridge)
    {
        var index = topology.BridgeIndexes.GetValueOrDefault(bridge.Id, BridgeIndex.Empty);
        var described = index.Stations.Select(pair => new JsonNode?[] { $"{pair.Key}", null, PortName(pair.Value), "described" });
        var heard = learned
            .Macs.Where(pair => pair.Key.Bridge == bridge.Id)
            .Take(MaxLearned)
            .Select(pair =>
                new JsonNode?[] { $"{pair.Key.Mac}", pair.Key.Vlan == 0 ? null : (int)pair.Key.Vlan, PortName(pair.Value), "heard" }
            );
        var rows = described.Concat(heard).OrderBy(row => (string)row[0]!, StringComparer.Ordinal);
        AddTable("MAC table", Rows("station", ["mac", "vlan", "port", "known_by"], rows), "No station is known: frames are flooded.");
    }

    /// <summary>The rows of a listing that are a router's own: those that are named after it.</summary>
    private void AddOwn(string title, Listing listing, Router router, string empty)
    {
        var own = listing.Rows.Where(row => Listing.Text(row[0]).StartsWith($"{router.Name}/", StringComparison.Ordinal));
        AddTable(title, listing with { Rows = [.. own] }, empty);
    }

    private void AddNeighbors(Router router)
    {
        var ports = topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).Ports.ToHashSet();
        var known = learned
            .Neighbors.Where(pair => ports.Contains(pair.Key.Port))
            .Take(MaxLearned)
            .Select(pair => new JsonNode?[] { $"{pair.Key.Address}", $"{pair.Value}", PortName(pair.Key.Port), "answered" });
        var failed = learned
            .FailedNeighbors.Where(neighbor => ports.Contains(neighbor.Port))
            .Take(MaxLearned)
            .Select(neighbor => new JsonNode?[] { $"{neighbor.Address}", null, PortName(neighbor.Port), "does not answer" });
        var rows = known.Concat(failed).OrderBy(row => (string)row[0]!, StringComparer.Ordinal);
        AddTable(
            "Neighbors",
            Rows("neighbor", ["address", "mac", "port", "state"], rows),
            "None was asked for: the stations of the description are known without."
        );
    }

    private string? PortName(PortId port) => topology.Ports.GetValueOrDefault(port)?.Name.ToString();
}
