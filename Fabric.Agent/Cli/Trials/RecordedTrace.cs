using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Agent.Views;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Trials;

/// <summary>A trace as it was told, to be made again: the packet, the position of the journal, and the facts that are not in the journal.</summary>
/// <param name="Packet">The packet in the notation.</param>
/// <param name="Position">Where the network stood; null in what `fabric simulate` wrote.</param>
/// <param name="Report">All of it.</param>
internal sealed record RecordedTrace(string Packet, long? Position, JsonObject Report)
{
    // Of a key that is there twice it would be found out only where it is read.
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>The text is meant to be a record, and not a packet.</summary>
    public static bool IsOne(string text) => text.AsSpan().TrimStart().StartsWith("{");

    /// <summary>Reads a record.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RecordedTrace Parse(string text)
    {
        try
        {
            if (
                JsonNode.Parse(text, documentOptions: s_strict) is JsonObject report
                && report["packet"] is JsonValue packet
                && packet.TryGetValue<string>(out var line)
                && report["facts"] is null or JsonObject
            )
                return new RecordedTrace(
                    line,
                    report["position"] is JsonValue at && at.TryGetValue<long>(out var position) ? position : null,
                    report
                );
        }
        catch (JsonException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
        throw new FormatException("it has no packet");
    }

    /// <summary>Traces the packet again, with the facts that were read then.</summary>
    /// <param name="topology">The network at that position, or another.</param>
    /// <exception cref="FormatException">The facts are not what they must be.</exception>
    public JsonObject TraceIn(TopologySnapshot topology)
    {
        var facts = new FactsReader(topology);
        facts.Read(Report["facts"] as JsonObject);
        var again = TraceView.Of(topology, facts.Learned, facts.Connections, Packet);
        // Who made the rule is no fact that a trace reads, and it is told as it was.
        if (again["rule"] is JsonObject rule && Report["rule"] is JsonObject then && then["changed"] is { } changed && IsSame(rule, then))
            rule["changed"] = changed.DeepClone();
        return again;
    }

    private static bool IsSame(JsonObject rule, JsonObject other) =>
        $"{rule["chain"]} {rule["name"]}" == $"{other["chain"]} {other["name"]}";
}
