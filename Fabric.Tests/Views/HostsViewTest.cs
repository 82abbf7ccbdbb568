using System.Text.Json.Nodes;
using Fabric.Agent.Questions;
using Fabric.Agent.Views;

namespace Fabric.Tests.Views;

/// <summary>What several hosts tell becomes one answer, and none of them is left out.</summary>
public class HostsViewTest
{
    [Test]
    public void TheLastDropsOfAllHostsAreInOneOrderAndThoseOfASilentHostAreAsOldAsTheyAre()
    {
        var drops = HostsView.Drops(
            [
                Told(
                    "a",
                    0,
                    """{"displaced":1,"items":[{"sentence":"a1","first_s":9.0,"last_s":3.0},{"sentence":"a2","first_s":60.0,"last_s":50.0}]}"""
                ),
                Told("b", 40, """{"displaced":2,"items":[{"sentence":"b1","first_s":1.0,"last_s":1.0}]}""", HostReportState.Silent),
                new HostReport("c", HostReportState.Unreachable, null, null),
            ],
            "a"
        );

        drops["items"]!
            .AsArray()
            .Select(drop => $"{drop!["host"]} {drop["sentence"]} {drop["last_s"]}")
            .ShouldBe(["a a1 3", "b b1 41", "a a2 50"]);
        ((long)drops["displaced"]!).ShouldBe(3);
        drops["hosts"]!
            .AsArray()
            .Select(host => $"{host!["name"]} {host["state"]} {host["age_s"]?.ToString() ?? "-"}")
            .ShouldBe(["a answered 0", "b silent 40", "c unreachable -"]);
    }

    [Test]
    public void TheBusiestFlowsOfAllAreFirstAndTheRestIsCounted()
    {
        var flows = HostsView.Flows(
            [
                Told("a", 0, """{"total":10,"matched":2,"items":[{"flow":"x","packets":5},{"flow":"y","packets":1}]}"""),
                Told("b", 0, """{"total":20,"matched":1,"items":[{"flow":"z","packets":3}]}"""),
            ],
            2
        );

        ((long)flows["total"]!, (long)flows["matched"]!).ShouldBe((30, 3));
        flows["items"]!.AsArray().Select(flow => $"{flow!["host"]} {flow["flow"]}").ShouldBe(["a x", "b z"]);
    }

    /// <summary>What the asked host tells itself was never text: its numbers are of the types that it counts with.</summary>
    [Test]
    public void WhatThisHostTellsCountsAsWhatOthersTell()
    {
        var own = new JsonObject
        {
            ["total"] = 10,
            ["matched"] = 2,
            ["items"] = new JsonArray(),
        };

        var flows = HostsView.Flows(
            [new HostReport("a", HostReportState.Answered, TimeSpan.Zero, own), Told("b", 0, """{"total":20,"matched":1,"items":[]}""")],
            2
        );

        ((long)flows["total"]!, (long)flows["matched"]!).ShouldBe((30, 3));
    }

    [Test]
    public void ARuleIsCountedAtAllHostsTogether()
    {
        var traffic = HostsView.Traffic([
            Told("a", 0, """{"rules":[{"chain":"t/c","rule":"r","packets":1,"bytes":10}],"devices":[],"drops":{"Rule":1,"NoRoute":2}}"""),
            Told(
                "b",
                0,
                """{"rules":[{"chain":"t/c","rule":"s","packets":2,"bytes":5},{"chain":"t/c","rule":"r","packets":4,"bytes":40}],"devices":[],"drops":{"Rule":5}}"""
            ),
        ]);

        traffic["rules"]!
            .AsArray()
            .Select(rule => $"{rule!["chain"]}/{rule["rule"]} {rule["packets"]} {rule["bytes"]}")
            .ShouldBe(["t/c/r 5 50", "t/c/s 2 5"]);
        traffic["drops"]!.ToJsonString().ShouldBe("""{"Rule":6,"NoRoute":2}""");
    }

    /// <summary>Another host may be of another version, or mad.</summary>
    [TestCase("{}")]
    [TestCase("""{"items":7,"total":"many","rules":{},"devices":null,"drops":[1]}""")]
    [TestCase(
        """{"items":[1,null,{"packets":"x","last_s":true,"first_s":{}}],"rules":[null,{"chain":{},"rule":3}],"drops":{"Rule":"x"},"displaced":{}}"""
    )]
    public void WhatAHostTellsAmissDoesNoHarm(string told)
    {
        HostsView.Drops([Told("a", 1, told)], "a")["hosts"]!.AsArray().Count.ShouldBe(1);
        HostsView.Flows([Told("a", 1, told)], null)["hosts"]!.AsArray().Count.ShouldBe(1);
        HostsView.Traffic([Told("a", 1, told)])["hosts"]!.AsArray().Count.ShouldBe(1);
        HostsView.Ports([Told("a", 1, told)])["hosts"]!.AsArray().Count.ShouldBe(1);
    }

    private static HostReport Told(string host, int age, string answer, HostReportState state = HostReportState.Answered) =>
        new(host, state, TimeSpan.FromSeconds(age), JsonNode.Parse(answer)!.AsObject());
}
