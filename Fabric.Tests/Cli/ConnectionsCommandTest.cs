using System.Text.Json.Nodes;
using Fabric.Agent.Cli;

namespace Fabric.Tests.Cli;

/// <summary>`fabric connections --count`.</summary>
public class ConnectionsCommandTest
{
    private static readonly JsonObject[] s_items =
    [
        Item("lab/web1", "out", "203.0.113.50", "established"),
        Item("lab/web2", "out", "203.0.113.51", "opening"),
        Item("lab/web1", "front", "203.0.113.80", "closed"),
        Item("lab/web1", null, null, "established"),
    ];

    [TestCase("port", "lab/web1 3 0 1", "lab/web2 1 1 0")]
    [TestCase("rule", "front 1 0 1", "out 2 1 0")]
    [TestCase("nat", "203.0.113.50 1 0 0", "203.0.113.51 1 1 0", "203.0.113.80 1 0 1")]
    public void ConnectionsAreCountedByWhatTheyHave(string by, params string[] rows)
    {
        var listing = ConnectionsCommand.Count(s_items, by);
        listing.Columns.Select(column => column.Name).ShouldBe([by, "connections", "half_open", "closed"]);
        listing.Rows.Select(row => string.Join(' ', row)).ShouldBe(rows);
    }

    private static JsonObject Item(string port, string? rule, string? nat, string phase) =>
        new()
        {
            ["port"] = port,
            ["rule"] = rule,
            ["nat"] = nat,
            ["phase"] = phase,
        };
}
