using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Upcalls;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Api;

/// <summary>Tells what this host dropped last, each kind as one sentence.</summary>
internal sealed class DropsPath(AgentHost agent, ChainHistoryPath history, TimeProvider clock)
{
    /// <summary>Kinds of drops that are told at most.</summary>
    public const int MaxItems = 100;

    /// <summary>The last drops, the newest first.</summary>
    /// <param name="about">A device that they must have to do with: the port that they came in by, or what decided; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<JsonObject> RunAsync(DeviceRef? about, CancellationToken cancellation)
    {
        var threads = await agent.OnEachThreadAsync(Read);
        var topology = agent.View.Topology;
        var items = new JsonArray();
        var drops = threads
            .SelectMany(thread => thread.Drops)
            .Where(drop => topology.Ports.ContainsKey(drop.Ingress) && (about is not { } device || IsAbout(topology, drop, device)))
            .OrderByDescending(drop => drop.Last);
        foreach (var drop in drops.Take(MaxItems))
            items.Add((JsonNode)await TellAsync(topology, drop, cancellation));
        return new JsonObject { ["displaced"] = threads.Sum(thread => thread.Displaced), ["items"] = items };
    }

    /// <summary>Runs on an upcall thread: what it decided, and what its flows have dropped since.</summary>
    private static (DropRecord[] Drops, long Displaced) Read(UpcallShard shard)
    {
        var drops = shard.Parts.Path.Drops.Records.ToArray();
        if (drops.Length == 0)
            return ([], 0);
        foreach (var record in shard.Parts.Flows.Records)
        {
            if (record.Verdict.Kind != VerdictKind.Drop || record.State is FlowState.Ended)
                continue;
            var index = Array.FindIndex(drops, drop => drop.IsLike(record.Sample, record.Ingress, record.Verdict));
            if (index < 0)
                continue;
            var drop = drops[index];
            drops[index] = drop with
            {
                Packets = drop.Packets + record.Statistics.Packets,
                Last = Math.Max(drop.Last, record.Statistics.LastUsed),
            };
        }
        return (drops, shard.Parts.Path.Drops.Displaced);
    }

    private static bool IsAbout(TopologySnapshot topology, DropRecord drop, DeviceRef device)
    {
        var decider = drop.Verdict.Decider;
        return (DeviceRef)drop.Ingress == device
            || decider.Device == device
            || (decider.IsRule && (DeviceRef)decider.Chain == device)
            || topology.Ports[drop.Ingress].Owner == device
            || PacketWords.DestinationPort(topology, topology.Ports[drop.Ingress], drop.Key)?.Ref == device;
    }

    private async Task<JsonObject> TellAsync(TopologySnapshot topology, DropRecord drop, CancellationToken cancellation)
    {
        var ingress = topology.Ports[drop.Ingress];
        var verdict = drop.Verdict with { Decider = drop.DeciderIn(topology) };
        var chain = drop.Rule is null ? null : topology.Chains.GetValueOrDefault(verdict.Decider.Chain);
        var changed =
            chain is null || !verdict.Decider.IsRule ? null : (await history.FindAsync(chain, cancellation)).GetValueOrDefault(drop.Rule!);
        var sentence = DropSentence.Of(topology, HostName(topology), ingress, drop.Key, verdict, drop.Rule);
        var to = PacketWords.DestinationPort(topology, ingress, drop.Key);
        return new JsonObject
        {
            ["sentence"] = changed is null ? sentence : $"{sentence}, {DropSentence.By(changed, clock.GetUtcNow())}",
            ["remedy"] = DropSentence.Remedy(topology, verdict, drop.Rule),
            ["reason"] = verdict.Reason.ToString(),
            ["from"] = $"{ingress.Name}",
            ["to"] = to is null ? null : $"{to.Name}",
            ["what"] = PacketWords.Of(drop.Key),
            ["packet"] = PacketNotation.Format(drop.Key, $"{ingress.Name}"),
            ["chain"] = chain is null ? null : $"{chain.Name}",
            ["rule"] = drop.Rule,
            ["packets"] = drop.Packets,
            ["first_s"] = Seconds(drop.First),
            ["last_s"] = Seconds(drop.Last),
            ["changed"] = ChangeJson.Of(changed),
        };
    }

    private string HostName(TopologySnapshot topology) => topology.Hosts.GetValueOrDefault(agent.Self)?.Name.Name ?? "here";

    private double Seconds(long since) => Math.Round(clock.GetElapsedTime(since).TotalSeconds, 1);
}
