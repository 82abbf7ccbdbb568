using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Trials;

/// <summary>The report of a packet for people; made of the data, so that an agent's report reads the same.</summary>
internal static class TrialText
{
    /// <summary>What <see cref="Write"/> writes.</summary>
    public static string Of(JsonObject report)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Write(report, output);
        return output.ToString();
    }

    /// <summary>Writes the report, or what is wrong with the line.</summary>
    public static void Write(JsonObject report, TextWriter output)
    {
        if (report["error"] is { } error)
        {
            output.WriteLine($"{report["line"]}: column {error["column"]}: {error["message"]}");
            output.WriteLine($"  {error["remedy"]}");
            return;
        }
        output.WriteLine($"{report["line"]}: {report["packet"]}");
        foreach (var step in Items(report["trace"]))
            output.WriteLine($"  {new string(' ', 2 * (int)step["depth"]!)}{step["at"]}: {step["text"]}");
        output.WriteLine($"  => {report["verdict"]}: {report["why"]}");
        foreach (var packet in Items(report["outputs"]))
            output.WriteLine($"  out by {packet["port"]}: {packet["packet"]}");
        foreach (var packet in Items(report["generated"]))
            output.WriteLine($"  made {packet["kind"]}, {Where(packet)}: {packet["packet"]}");
        output.WriteLine($"  flow: {report["mask"]}{((bool)report["cacheable"]! ? "" : " (not cacheable)")}");
    }

    private static string Where(JsonObject packet) => packet["port"] is { } port ? $"out by {port}" : $"{packet["why"]}";

    private static IEnumerable<JsonObject> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();
}
