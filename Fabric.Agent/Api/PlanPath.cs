using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>Finds out what `fabric apply` of a text would do, and with which command it is done again.</summary>
internal static class PlanPath
{
    /// <summary>The longest text, in characters.</summary>
    public const int MaxLength = 1 << 20;

    private const string Source = "page";

    /// <summary>What would change; on a mistake `problems` tells where it is.</summary>
    public static JsonObject Run(TopologySnapshot topology, string text)
    {
        try
        {
            var change = Read(topology, text, out var described);
            var listing = ChangeListing.Of(change.Before, change.After);
            var lines = UnifiedDiff.Lines(DescriptionWriter.Write(change.Before), DescriptionWriter.Write(change.After), "now", "then");
            var outcomes = ExpectationRun.Of(change.After, described.Expectations).Where(outcome => !outcome.Holds);
            return new JsonObject
            {
                ["position"] = topology.Position,
                ["words"] = ChangeListing.Words(listing),
                ["changes"] = ListingData.Of(listing),
                ["diff"] = new JsonArray([.. lines.Select(line => (JsonNode)line)]),
                ["command"] = CommandFor(text),
                ["problems"] = new JsonArray([.. outcomes.Select(ExpectationRun.ProblemOf).Select(problem => (JsonNode)$"{problem}")]),
            };
        }
        catch (FabricException mistake)
        {
            return new JsonObject
            {
                ["position"] = topology.Position,
                ["words"] = "this cannot be applied",
                ["changes"] = null,
                ["diff"] = new JsonArray(),
                ["command"] = null,
                ["problems"] = new JsonArray([.. mistake.Problems.Select(problem => (JsonNode)$"{problem}")]),
            };
        }
    }

    /// <summary>The change that a text means.</summary>
    /// <exception cref="FabricException">There is a mistake in it, or the rules of the network refuse it.</exception>
    public static DescriptionChange Read(TopologySnapshot topology, string text, out DescribedNetwork described)
    {
        described = DescriptionReader.Read([new SourceText(Source, text)], DeviceIds.Keeping(topology, NetworkHost.RandomId));
        return DescriptionChange.Of(topology, described, isPruning: false);
    }

    /// <summary>The command that does the same from a shell; the mark of its end is a word that is no line of the text.</summary>
    private static string CommandFor(string text)
    {
        var end = "END";
        while (text.Split('\n').Contains(end))
            end += "_";
        return $"fabric apply -f - <<'{end}'\n{text.TrimEnd('\n')}\n{end}";
    }
}
