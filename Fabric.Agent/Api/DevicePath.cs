using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Views;
using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>Gathers the page of a device.</summary>
internal sealed class DevicePath(AgentHost agent, PastPath past, ChainHistoryPath history)
{
    /// <summary>The page; null if there is no such device at that position.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="at">The position; null for now, which also tells what was counted, and by whom it was changed.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<JsonObject?> RunAsync(DeviceKind kind, DeviceName name, long? at, CancellationToken cancellation)
    {
        var (topology, learned) = await past.FindAsync(at, cancellation);
        if (topology.Find(kind, name) is not { } device)
            return null;
        var isNow = at is null;
        var traffic = new RuleTraffic(
            isNow ? await TrafficReport.OfAsync(agent) : null,
            isNow
                ? await FindAuthorsAsync(topology, device, cancellation)
                : ImmutableDictionary<ChainId, ImmutableDictionary<string, ChangeRecord>>.Empty
        );
        var page = new DeviceView(topology, learned, traffic).Of(device);
        page["counted_at"] = isNow ? topology.Hosts.GetValueOrDefault(agent.Self)?.Name.Name : null;
        page["changed"] = isNow ? ChangeJson.Of(await LastChangePath.FindAsync(agent.Hive, device.Ref, cancellation)) : null;
        return page;
    }

    private async Task<IReadOnlyDictionary<ChainId, ImmutableDictionary<string, ChangeRecord>>> FindAuthorsAsync(
        TopologySnapshot topology,
        Device device,
        CancellationToken cancellation
    )
    {
        var chains = device.References.Append(device.Ref).Select(topology.Find).OfType<Chain>().Distinct();
        var authors = new Dictionary<ChainId, ImmutableDictionary<string, ChangeRecord>>();
        foreach (var chain in chains)
            authors[chain.Id] = await history.FindAsync(chain, cancellation);
        return authors;
    }
}
