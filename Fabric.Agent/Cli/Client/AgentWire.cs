using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Agent.Cli.Client;

/// <summary>The content of calls to an agent, written and read by both sides.</summary>
/// <remarks>Descriptions and commands go as the nodes send them to each other; answers for people and scripts are JSON.</remarks>
public static class AgentWire
{
    /// <summary>The media type of descriptions and commands.</summary>
    public const string Bytes = "application/vnd.fabric";

    /// <summary>Reads a description.</summary>
    /// <exception cref="FabricException">It is none, or of a newer agent.</exception>
    public static TopologySnapshot ReadTopology(ReadOnlySpan<byte> body) =>
        FeedCodec.TryDecode(body, out TopologySnapshot? topology, out var fault)
            ? topology
            : throw new FabricException(CliErrors.Broken, "the agent's description of the network cannot be read", $"{fault}");

    /// <summary>Writes a description.</summary>
    public static byte[] Write(TopologySnapshot topology) => FeedCodec.Encode(topology);

    /// <summary>Writes a command with its sender.</summary>
    public static byte[] Write(CommandEnvelope envelope) => CommandCodec.Encode(envelope);

    /// <summary>Writes the answer to a command.</summary>
    public static byte[] Write(SubmitAnswer answer)
    {
        var data = new JsonObject { ["position"] = answer.Position, ["events"] = answer.Events };
        if (!answer.Hosts.IsDefault)
            data["hosts"] = new JsonArray([.. answer.Hosts.Select(host => JsonValue.Create(host))]);
        if (answer.Rejection is { } rejection)
        {
            data["rejection"] = new JsonObject
            {
                ["reason"] = rejection.Reason.ToString(),
                ["message"] = rejection.Message,
                ["subject"] = Write(rejection.Subject),
                ["other"] = Write(rejection.Other),
            };
        }
        if (answer.Changed is { } changed)
        {
            data["changed"] = new JsonObject
            {
                ["position"] = changed.Position,
                ["time"] = changed.Time.ToString("O", CultureInfo.InvariantCulture),
                ["author"] = changed.Author,
                ["reason"] = changed.Reason,
            };
        }
        return JsonText.Bytes(data);
    }

    /// <summary>Reads the answer to a command.</summary>
    /// <exception cref="FabricException">It is none.</exception>
    public static SubmitAnswer ReadAnswer(ReadOnlySpan<byte> body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject data)
            {
                var rejection = ReadRejection(data["rejection"] as JsonObject);
                return new SubmitAnswer(
                    (long)data["position"]!,
                    (int)data["events"]!,
                    rejection,
                    data["hosts"] is JsonArray hosts ? [.. hosts.Select(host => (string)host!)] : default,
                    ReadChange(data["changed"] as JsonObject)
                );
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new FabricException(CliErrors.Broken, "the agent's answer to the change cannot be read", fault.Message);
        }
        throw new FabricException(CliErrors.Broken, "the agent's answer to the change cannot be read");
    }

    private static Rejection? ReadRejection(JsonObject? data) =>
        data is null
            ? null
            : new Rejection(
                Enum.Parse<RejectionReason>((string)data["reason"]!),
                (string)data["message"]!,
                ReadDevice((string?)data["subject"]),
                ReadDevice((string?)data["other"])
            );

    private static ChangeRecord? ReadChange(JsonObject? data) =>
        data is null
            ? null
            : new ChangeRecord(
                (long)data["position"]!,
                DateTimeOffset.ParseExact((string)data["time"]!, "O", CultureInfo.InvariantCulture),
                (string)data["author"]!,
                (string)data["reason"]!
            );

    /// <summary>KIND:ID.</summary>
    private static string? Write(DeviceRef? device) => device is { } known ? $"{Nouns.One(known.Kind)}:{known.Id:x16}" : null;

    private static DeviceRef? ReadDevice(string? text)
    {
        if (text?.Split(':') is not [var noun, var id] || Nouns.Parse(noun) is not { } kind)
            return null;
        return new DeviceRef(kind, ulong.Parse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }
}
