using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>What rules have matched at the hosts that were asked, and who made each.</summary>
internal sealed class RuleTraffic
{
    private readonly Dictionary<(string Chain, string Rule), (long Packets, long Bytes)> _counts = [];
    private readonly IReadOnlyDictionary<ChainId, ImmutableDictionary<string, ChangeRecord>> _changes;

    /// <summary>Takes what is known.</summary>
    /// <param name="traffic">What `GET /v1/traffic` answers; without rules where nothing was counted.</param>
    /// <param name="changes">Who made the rules of the chains that are asked about.</param>
    public RuleTraffic(JsonObject traffic, IReadOnlyDictionary<ChainId, ImmutableDictionary<string, ChangeRecord>> changes)
    {
        _changes = changes;
        foreach (var rule in traffic["rules"]!.AsArray())
            _counts[((string)rule!["chain"]!, (string)rule["rule"]!)] = ((long)rule["packets"]!, (long)rule["bytes"]!);
    }

    /// <summary>Packets and bytes that a rule has matched.</summary>
    public (long Packets, long Bytes) Of(Chain chain, Rule rule) => _counts.GetValueOrDefault(($"{chain.Name}", rule.Name));

    /// <summary>Who made a rule; null if that is not known.</summary>
    public ChangeRecord? ChangeOf(Chain chain, Rule rule) => _changes.GetValueOrDefault(chain.Id)?.GetValueOrDefault(rule.Name);
}
