using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Show;

/// <summary>The rules of all chains as a listing, in the order in which they are tried.</summary>
internal static class RuleListing
{
    /// <summary>All rules; each is named CHAIN/RULE.</summary>
    public static Listing Of(TopologySnapshot topology) =>
        new(
            "rule",
            [new("name"), new("position", Kind: ColumnKind.Integer), new("conditions"), new("do"), new("meter", IsWide: true)],
            [.. topology.Chains.Values.OrderBy(chain => chain.Name).SelectMany(chain => Rows(topology, chain))]
        );

    private static IEnumerable<ImmutableArray<JsonNode?>> Rows(TopologySnapshot topology, Chain chain)
    {
        var names = new NameWriter(topology, chain.Name.Tenant);
        for (var i = 0; i < chain.Rules.Length; i++)
        {
            var rule = chain.Rules[i];
            yield return
            [
                $"{chain.Name}/{rule.Name}",
                i + 1,
                RuleWriter.Conditions(rule.Match, names),
                RuleWriter.Action(rule, names),
                rule.Meter,
            ];
        }
    }
}
