using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Tests.Laws;

namespace Fabric.Tests.Views;

/// <summary>D13: the map as files.</summary>
[TestFixture]
public sealed partial class MapFormsTest
{
    [Test]
    public void The_picture_is_xml_with_every_thing_once_where_the_map_has_it()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var map = MapOf(seed);
            var svg = XDocument.Parse(MapSvg.Of(map)).Root!;
            XNamespace space = "http://www.w3.org/2000/svg";
            var drawn = svg.Elements(space + "g")
                .Select(node =>
                    (Title: node.Element(space + "title")!.Value.Split(": ")[0], X: (long)node.Element(space + "rect")!.Attribute("x")!)
                );
            var known = map["nodes"]!
                .AsArray()
                .Select(node => ($"{node!["kind"]} {((string)node["id"]!).Split('/', 2)[1]}", long.Parse(node["x"]!.ToJsonString())));

            drawn.Order().ShouldBe(known.Order(), $"seed {seed}");
            svg.Elements(space + "path")
                .Count(path => (string?)path.Attribute("class") == "link")
                .ShouldBe(map["links"]!.AsArray().Count, $"seed {seed}");
        }
    }

    [Test]
    public void The_chart_has_every_thing_once_and_joins_only_what_it_has()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var map = MapOf(seed);
            var nodes = map["nodes"]!.AsArray();
            var lines = MapMermaid.Of(map).Split('\n', StringSplitOptions.RemoveEmptyEntries);

            lines[0].ShouldBe("flowchart TB");
            var named = lines
                .Select(line => Named().Match(line))
                .Where(match => match.Success)
                .Select(match => match.Groups[1].Value)
                .ToArray();
            named.Distinct().Count().ShouldBe(nodes.Count, $"seed {seed}");
            named.Length.ShouldBe(nodes.Count, $"seed {seed}");
            var joined = lines.Select(line => Joined().Match(line)).Where(match => match.Success).ToArray();
            joined.SelectMany(match => new[] { match.Groups[1].Value, match.Groups[3].Value }).Except(named).ShouldBeEmpty($"seed {seed}");
            joined.Count(match => match.Groups[2].Value == "-.-").ShouldBe(nodes.Count(node => node!["host"] is not null), $"seed {seed}");
            var groups = lines.Count(line => line.StartsWith("  subgraph ", StringComparison.Ordinal));
            lines.Count(line => line == "  end").ShouldBe(groups);
            lines.Length.ShouldBe(1 + 2 * groups + named.Length + joined.Length, "and nothing else");
        }
    }

    [Test]
    public void Names_cannot_break_out_of_their_places()
    {
        var map = new TopologyBuilder().Bridge("web").Port("web1", "web");
        var view = MapView.Of(map.Topology, LearnedSnapshot.Empty);
        foreach (var node in view["nodes"]!.AsArray())
            node!["name"] = "a\"]#<b>&";

        XDocument.Parse(MapSvg.Of(view)).ToString().ShouldContain("a\"]#&lt;b&gt;&amp;");
        MapMermaid.Of(view).ShouldContain("[\"a#quot;]#35;<b>&\"]");
    }

    private static JsonObject MapOf(int seed)
    {
        var world = WorldGenerator.Make(new Random(seed));
        return MapView.Of(world.Topology, world.Learned);
    }

    [GeneratedRegex("""^    (n\d+)(\(\["|\[\["|\("|\[")""")]
    private static partial Regex Named();

    [GeneratedRegex(@"^  (n\d+) (---|-\.-) (n\d+)$")]
    private static partial Regex Joined();
}
