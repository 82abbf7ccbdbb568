using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fabric.Agent.Cli.Client;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Agent.Api;

/// <summary>Finds out who made each rule of a chain what it is.</summary>
/// <remarks>Any thread. What was found stands until the chain changes, so that somebody who looks each second does not read the journal each second.</remarks>
internal sealed class ChainHistoryPath(IHive hive)
{
    /// <summary>Entries of the journal that are read back at most.</summary>
    public const int MaxEntries = 16_384;

    private const int MaxChains = 256;

    private readonly ConcurrentDictionary<ChainId, Known> _known = new();

    /// <summary>The last change of each rule, by its name; a rule whose change is further back than <see cref="MaxEntries"/> is missing.</summary>
    public async Task<ImmutableDictionary<string, ChangeRecord>> FindAsync(Chain chain, CancellationToken cancellation)
    {
        if (_known.TryGetValue(chain.Id, out var known) && known.Version == chain.Version)
            return known.Rules;
        var rules = await ReadAsync(chain, cancellation);
        if (_known.Count >= MaxChains)
            _known.Clear();
        _known[chain.Id] = new Known(chain.Version, rules);
        return rules;
    }

    private async Task<ImmutableDictionary<string, ChangeRecord>> ReadAsync(Chain chain, CancellationToken cancellation)
    {
        var last = hive.Replica.Topology.Position;
        var seen = new Dictionary<string, (Rule Rule, ChangeRecord Changed)>(StringComparer.Ordinal);
        try
        {
            await foreach (var entry in hive.ReadHistoryAsync(Math.Max(1, last - MaxEntries + 1), last, cancellation))
            {
                foreach (var rule in entry.Events.Where(happened => happened.Subject == chain.Ref).SelectMany(RulesOf))
                {
                    if (!seen.TryGetValue(rule.Name, out var before) || before.Rule != rule)
                        seen[rule.Name] = (rule, new ChangeRecord(entry.Position, entry.Time, entry.Author, entry.Reason));
                }
            }
        }
        catch (JournalException)
        {
            // The rules are as good without.
        }
        // A rule that was another in between, or went and came, is not told as what it is not.
        return chain
            .Rules.Where(rule => seen.TryGetValue(rule.Name, out var found) && found.Rule == rule)
            .ToImmutableDictionary(rule => rule.Name, rule => seen[rule.Name].Changed, StringComparer.Ordinal);
    }

    private static IEnumerable<Rule> RulesOf(TopologyEvent happened) =>
        happened switch
        {
            TopologyEvent.DeviceCreated { Device: Chain chain } => chain.Rules,
            TopologyEvent.DeviceUpdated { Device: Chain chain } => chain.Rules,
            TopologyEvent.RuleInserted inserted => [inserted.Rule],
            TopologyEvent.RuleReplaced replaced => [replaced.Rule],
            _ => [],
        };

    private sealed record Known(long Version, ImmutableDictionary<string, ChangeRecord> Rules);
}
