using System.Text.Json.Nodes;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells other hosts of itself, as JSON: what of its status they do not know.</summary>
internal static class NodeReport
{
    private static readonly string[] s_told =
    [
        "version",
        "datapath",
        "attached_ports",
        "flows",
        "flow_limit",
        "upcalls",
        "flow_setup",
        "journal",
        "checked_members",
    ];

    /// <summary>This host.</summary>
    public static async Task<JsonObject> OfAsync(AgentHost agent)
    {
        var status = await AgentReport.StatusAsync(agent);
        var told = new JsonObject();
        foreach (var key in s_told)
            told[key] = status[key]?.DeepClone();
        told["feeds"] = status["relay"]?["followers"]?.DeepClone() ?? 0;
        told["problems"] = status["problems"]!.AsArray().Count;
        return told;
    }
}
