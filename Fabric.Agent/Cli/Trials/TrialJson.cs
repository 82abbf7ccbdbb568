using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>The report of a packet as data, as docs/simulate.md promises it.</summary>
internal static class TrialJson
{
    /// <summary>Simulates one packet, and reports; the same for `fabric trace` on a file and at an agent.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="learned">What it has learned.</param>
    /// <param name="connections">The connections that it knows.</param>
    /// <param name="text">The packet in the notation.</param>
    public static JsonObject Of(TopologySnapshot topology, LearnedSnapshot learned, IConnections connections, string text)
    {
        var at = new SourcePosition(new SourceText("packet", text), 1, 1);
        var packet = new PacketLine(topology).Read(text, at, out var problem);
        return packet is null
            ? Of(1, problem!)
            : Of(1, new PacketTrial(topology, learned: learned, connections: connections).Run(packet.Port, packet.Key, packet.Frame));
    }

    /// <summary>The report of a packet.</summary>
    /// <param name="line">The number of its line.</param>
    /// <param name="report">The report.</param>
    public static JsonObject Of(int line, TrialReport report)
    {
        var topology = report.Topology;
        return new JsonObject
        {
            ["line"] = line,
            ["in_port"] = $"{report.Ingress.Name}",
            ["packet"] = PacketNotation.Format(report.Key, $"{report.Ingress.Name}", report.EchoIdentifier),
            ["verdict"] = report.Verdict.Kind.ToString().ToLowerInvariant(),
            ["drop_reason"] = report.Verdict.Reason == DropReason.None ? null : SnakeCase(report.Verdict.Reason.ToString()),
            ["rule"] = RuleOf(topology, report.Verdict.Decider),
            ["outputs"] = new JsonArray([.. report.Outputs.Select(output => Output(topology, output))]),
            ["generated"] = new JsonArray([.. report.Generated.SelectMany(Generated)]),
            ["mask"] = Mask(report),
            ["cacheable"] = report.Verdict.IsCacheable,
            ["actions"] = new JsonArray([.. report.Actions.Select(step => Action(report, step))]),
            ["tags"] = new JsonArray([.. report.Tags.Select(tag => (JsonNode)TagText.Of(topology, tag))]),
            ["trace"] = new JsonArray([.. report.Trace.Select(step => Step(topology, step))]),
            ["why"] = report.Why,
        };
    }

    /// <summary>What is wrong with a line.</summary>
    public static JsonObject Of(int line, Problem problem) =>
        new()
        {
            ["line"] = line,
            ["error"] = new JsonObject
            {
                ["code"] = problem.Entry.Code,
                ["column"] = problem.At?.Column,
                ["message"] = problem.What,
                ["remedy"] = problem.Remedy ?? problem.Entry.Remedy,
            },
        };

    private static JsonObject? RuleOf(TopologySnapshot topology, Decider decider)
    {
        if (!decider.IsRule || !topology.Chains.TryGetValue(decider.Chain, out var chain))
            return null;
        var isOutbound = decider.Hook is ChainHook.PortOutbound or ChainHook.DeviceOutbound;
        return new JsonObject
        {
            ["chain"] = $"{chain.Name}",
            ["name"] = chain.Rules[decider.RuleIndex].Name,
            ["position"] = decider.RuleIndex + 1,
            ["hook"] = isOutbound ? "outbound" : "inbound",
            ["at"] = Name(topology, decider.Device),
        };
    }

    private static JsonNode Output(TopologySnapshot topology, TrialPacket output) =>
        Packet(output.Port, output.Key, [("host", HostOf(topology, output.Port)), ("interface", output.Port.Binding?.Interface)]);

    private static string? HostOf(TopologySnapshot topology, Port port) =>
        port.Binding is { } binding ? topology.Hosts.GetValueOrDefault(binding.Host)?.Name.Name : null;

    /// <summary>An entry for every copy that left the network; one without port if none did.</summary>
    private static IEnumerable<JsonNode> Generated(GeneratedPacket packet)
    {
        var head = new (string, JsonNode?)[] { ("kind", packet.Kind), ("from", $"{packet.Origin.Name}") };
        if (packet.Outputs.IsEmpty)
            return [Packet(null, packet.Key, [.. head, ("why", packet.Why)])];
        return packet.Outputs.Select(output => Packet(output.Port, output.Key, head.Select(pair => (pair.Item1, pair.Item2?.DeepClone()))));
    }

    private static JsonObject Packet(Port? port, in FlowKey key, IEnumerable<(string Key, JsonNode? Value)> head)
    {
        var data = new JsonObject { ["port"] = port is null ? null : $"{port.Name}" };
        foreach (var (name, value) in head)
            data[name] = value;
        data["packet"] = PacketNotation.Format(key, "");
        data["fields"] = KeyFields.Of(key);
        return data;
    }

    private static string Mask(TrialReport report)
    {
        var mask = report.Mask;
        MaskPrerequisites.Complete(report.Key, ref mask);
        var number = string.Create(CultureInfo.InvariantCulture, $"in_port({report.Key.InPort})");
        return FlowText.Format(report.Key, mask).Replace(number, $"in_port({report.Ingress.Name})", StringComparison.Ordinal);
    }

    private static JsonNode Action(TrialReport report, RewriteStep step) =>
        step.IsOutput ? $"output({report.Topology.Ports[step.Port].Name})" : FlowText.Format(report.Key, [step.Rewrite]);

    private static JsonNode Step(TopologySnapshot topology, TraceStep step) =>
        new JsonObject
        {
            ["kind"] = step.Kind.ToString().ToLowerInvariant(),
            ["at"] = Name(topology, step.Device),
            ["depth"] = step.Depth,
            ["text"] = step.Text,
        };

    private static string Name(TopologySnapshot topology, DeviceRef device) =>
        topology.Find(device) is { } found
            ? $"{Nouns.One(device.Kind)} {found.Name}"
            : string.Create(CultureInfo.InvariantCulture, $"{Nouns.One(device.Kind)} {device.Id:x16}");

    private static string SnakeCase(string name) =>
        string.Concat(
            name.Select((c, index) => char.IsUpper(c) && index > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}")
        );
}
