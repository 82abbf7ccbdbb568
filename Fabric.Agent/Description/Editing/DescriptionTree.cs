using System.Text.Json.Nodes;
using Fabric.Agent.Description.Writing;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Editing;

/// <summary>A description as a tree that can be changed: what `fabric export` writes, and what `fabric apply` reads.</summary>
internal static class DescriptionTree
{
    /// <summary>The description of a network.</summary>
    public static JsonObject Of(TopologySnapshot topology)
    {
        var text = DescriptionWriter.Write(topology);
        return ParseText("export", text) as JsonObject ?? throw new System.Diagnostics.UnreachableException("what is written can be read");
    }

    /// <summary>A value as it is written in fabric.yaml: a list or a map if it begins with a bracket, else text as it stands.</summary>
    /// <exception cref="FabricException">A bracket is not closed, or the like.</exception>
    public static JsonNode? Parse(string value) => value.StartsWith('[') || value.StartsWith('{') ? ParseText("value", value) : value;

    private static JsonNode? ParseText(string name, string text)
    {
        var problems = new List<Problem>();
        var node = YamlReader.Read(new SourceText(name, text), problems);
        return problems.Count == 0 ? Convert(node) : throw new FabricException([.. problems.Select(problem => problem with { At = null })]);
    }

    private static JsonNode? Convert(YamlNode? node) =>
        node switch
        {
            YamlNode.Scalar { IsNull: false } scalar => scalar.Text,
            YamlNode.List list => new JsonArray([.. list.Items.Select(Convert)]),
            YamlNode.Map map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Convert(entry.Value)))),
            _ => null,
        };
}
