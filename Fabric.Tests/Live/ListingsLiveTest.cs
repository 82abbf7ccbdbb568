using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Lab;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Live;

/// <summary>C2 where there is something to list: what a lab of three hosts tells is as docs/schema/cli-v1.json says.</summary>
[Category("HereOnly")]
public class ListingsLiveTest : LiveTest
{
    private static readonly string[] s_lines =
    [
        "show ports",
        "show hosts",
        "show rules",
        "show pools",
        "actors",
        "alarms --history",
        "balancers",
        "connections",
        "connections --count=port",
        "drops",
        "events",
        "events --changes",
        "flows",
        "nodes",
        "top devices",
        "top drops",
        "top links",
        "top ports",
        "top rules",
    ];

    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp() => _hosts = await ThreeHosts.UpAsync();

    [TearDown]
    public void TakeDown() => _hosts?.Dispose();

    [Test]
    public async Task WhatALabTellsIsAsTheSchemaSays()
    {
        const string plain = "      r1: {}\n";
        const string pool = """
                  r1:
                    pools:
                      web:
                        check: { kind: tcp, interval: 1s }
                        members: { web2: { to: 10.1.0.12, to-port: 80 } }
                    balancers:
                      web: { vip: 10.3.0.1, proto: tcp, ports: 80, pool: web }

            """;
        var text = LabDescription.Text(_hosts.Plan).Text;
        text.ShouldContain(plain);
        (await _hosts.AskAsync("h1", "apply -f - --wait", text.Replace(plain, pool, StringComparison.Ordinal))).Exit.ShouldBe(0);
        const string rules =
            "fabric: v1\ntenants: { lab: { chains: { db-in: [ { name: known, state: established, do: accept }, { name: no-more, proto: icmp, dst: 10.2.0.12, do: drop } ] } } }\n";
        (await _hosts.AskAsync("h1", "apply -f - --wait", rules)).Exit.ShouldBe(0);
        using (var lost = _hosts.Ping("web1", "10.2.0.12", count: 5))
            lost.Lost(5).ShouldNotBeEmpty("a rule drops them");
        using (var answered = _hosts.Ping("web1", "10.2.0.11", count: 5))
            answered.Lost(5).ShouldBeEmpty();

        var empty = new List<string>();
        foreach (var name in s_lines)
        {
            var line = name.StartsWith("top ", StringComparison.Ordinal) ? $"{name} --interval 0.1" : name;
            var told = await _hosts.AskAsync("h1", $"{line} -o json");
            told.Exit.ShouldBe(0, told.Error);
            var data = JsonNode.Parse(told.Out)!;
            JsonSchemaCheck.Faults(data, ListingSchema.Of(ListingCatalog.All[name])).ShouldBeEmpty(name);
            if (data["items"]!.AsArray().Count == 0)
                empty.Add(name);
        }
        // That nothing listens where a member should is an alarm as soon as that is found.
        empty.Except(["alarms --history"]).ShouldBe(["actors"], "nothing else has nothing to tell");
    }
}
