using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Questions;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Agent.Api;

/// <summary>Gathers the page of a device.</summary>
internal sealed class DevicePath(AgentHost agent, PastPath past, ChainHistoryPath history, HostsPath hosts)
{
    /// <summary>The page; null if there is no such device at that position.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="at">The position; null for now, which also tells what was counted, and by whom it was changed.</param>
    /// <param name="counters">The hosts whose counters are told, together.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<JsonObject?> RunAsync(
        DeviceKind kind,
        DeviceName name,
        long? at,
        ImmutableArray<HostId> counters,
        CancellationToken cancellation
    )
    {
        var (topology, learned) = await past.FindAsync(at, cancellation);
        if (topology.Find(kind, name) is not { } device)
            return null;
        var isNow = at is null;
        Chain[] chains = [.. device.References.Append(device.Ref).Select(topology.Find).OfType<Chain>().Distinct()];
        var reports = isNow && chains.Length > 0 ? await hosts.AskAsync(counters, QuestionOf(chains)) : [];
        var traffic = new RuleTraffic(HostsView.Traffic(reports), await FindAuthorsAsync(isNow ? chains : [], cancellation));
        var page = new DeviceView(topology, learned, traffic).Of(device);
        page["counted_at"] = HostsView.Hosts(reports);
        page["changed"] = isNow ? ChangeJson.Of(await LastChangePath.FindAsync(agent.Hive, device.Ref, cancellation)) : null;
        return page;
    }

    /// <summary>Names that are too long for a question ask for the busiest of all rules instead.</summary>
    private static HostQuestion QuestionOf(Chain[] chains)
    {
        var names = string.Join(' ', chains.Select(chain => chain.Name));
        return new HostQuestion(HostQuestionTopic.Traffic, 0, names.Length <= HostQuestion.MaxText ? names : "");
    }

    private async Task<IReadOnlyDictionary<ChainId, ImmutableDictionary<string, ChangeRecord>>> FindAuthorsAsync(
        Chain[] chains,
        CancellationToken cancellation
    )
    {
        var authors = new Dictionary<ChainId, ImmutableDictionary<string, ChangeRecord>>();
        foreach (var chain in chains)
            authors[chain.Id] = await history.FindAsync(chain, cancellation);
        return authors;
    }
}
