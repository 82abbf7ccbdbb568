using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Agent.Api;

/// <summary>Finds out which hosts an accepted change concerns.</summary>
public static class ConcernedPath
{
    /// <summary>Their names, in order.</summary>
    /// <param name="hive">Where the change is.</param>
    /// <param name="before">A description from before the command was decided.</param>
    /// <param name="position">Where the change is stored.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Default when that cannot be told: then it may be any.</returns>
    public static async Task<ImmutableArray<string>> FindAsync(
        IHive hive,
        TopologySnapshot before,
        long position,
        CancellationToken cancellation
    )
    {
        // An answer to a repeated request: what was before it is past.
        if (position <= before.Position)
            return default;
        var events = new List<TopologyEvent>();
        try
        {
            // With those of others that came in between: of them the description before does not know either.
            await foreach (var entry in hive.ReadHistoryAsync(before.Position + 1, position, cancellation))
                events.AddRange(entry.Events);
        }
        catch (JournalException)
        {
            return default;
        }
        var after = hive.Replica.Topology;
        var hosts = ChangeAudience.Of(before, events, after);
        return [.. hosts.Select(host => after.Hosts[host].Name.Name).Order(StringComparer.Ordinal)];
    }
}
