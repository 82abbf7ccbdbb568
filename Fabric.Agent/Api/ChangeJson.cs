using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;

namespace Fabric.Agent.Api;

/// <summary>Who changed something, as JSON.</summary>
internal static class ChangeJson
{
    /// <summary>The change; null if there is none.</summary>
    public static JsonObject? Of(ChangeRecord? changed) =>
        changed is null
            ? null
            : new JsonObject
            {
                ["position"] = changed.Position,
                ["time"] = changed.Time.ToString("O", CultureInfo.InvariantCulture),
                ["author"] = changed.Author,
                ["reason"] = changed.Reason,
            };
}
