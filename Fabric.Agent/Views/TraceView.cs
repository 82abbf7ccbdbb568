using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Simulation;

namespace Fabric.Agent.Views;

/// <summary>The report of a packet as `fabric trace` has it, and beside it every step with the fields that it changed.</summary>
internal static class TraceView
{
    /// <summary>Simulates one packet and reports.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="learned">What it has learned.</param>
    /// <param name="connections">The connections that it knows.</param>
    /// <param name="text">The packet in the notation.</param>
    public static JsonObject Of(TopologySnapshot topology, LearnedSnapshot learned, IConnections connections, string text)
    {
        var at = new SourcePosition(new SourceText("packet", text), 1, 1);
        var packet = new PacketLine(topology).Read(text, at, out var problem);
        if (packet is null)
            return TrialJson.Of(1, problem!);
        var read = new ConnectionsRead(connections);
        var trial = new PacketTrial(topology, learned: learned, connections: read);
        var report = trial.Run(packet.Port, packet.Key, packet.Frame);
        var data = TrialJson.Of(1, report);
        data["position"] = topology.Position;
        data["host"] = HostOf(topology, report.Ingress);
        data["fields"] = KeyFields.Of(report.Key);
        data["remedy"] =
            report.Verdict.Kind == VerdictKind.Drop ? DropSentence.Remedy(topology, report.Verdict, (string?)data["rule"]?["name"]) : "";
        data["hops"] = Hops(report);
        data["command"] = $"fabric trace '{data["packet"]}'";
        data["facts"] = FactsJson.Of(topology, LearnedRead.Of(topology, learned, trial.Lookups), read.Facts, trial.Lookups);
        return data;
    }

    /// <summary>The steps, each with where it was and what it did to the headers.</summary>
    private static JsonArray Hops(TrialReport report)
    {
        var before = KeyFields.Of(report.Key);
        var hops = new JsonArray();
        foreach (var step in report.Trace)
        {
            var after = KeyFields.Of(step.Packet);
            var device = report.Topology.Find(step.Device);
            hops.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["kind"] = step.Kind.ToString().ToLowerInvariant(),
                        ["device"] = device is null ? null : DeviceState.PageOf(device),
                        ["name"] = device is null ? "?" : $"{Nouns.One(step.Device.Kind)} {device.Name.Name}",
                        ["host"] = device is Port port ? HostOf(report.Topology, port) : null,
                        ["depth"] = step.Depth,
                        ["text"] = step.Text,
                        ["changed"] = Changed(before, after),
                    }
            );
            before = after;
        }
        return hops;
    }

    /// <summary>Fields that differ, those that came and those that went.</summary>
    private static JsonArray Changed(JsonObject before, JsonObject after)
    {
        var changed = new JsonArray();
        foreach (var name in before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key)))
        {
            var (old, now) = (before[name]?.ToString(), after[name]?.ToString());
            if (old != now)
                changed.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["field"] = name,
                            ["before"] = old,
                            ["after"] = now,
                        }
                );
        }
        return changed;
    }

    private static string? HostOf(TopologySnapshot topology, Port port) =>
        port.Binding is { } binding ? topology.Hosts.GetValueOrDefault(binding.Host)?.Name.Name : null;
}
