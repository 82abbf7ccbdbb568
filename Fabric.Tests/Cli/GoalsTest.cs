using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Output;

namespace Fabric.Tests.Cli;

/// <summary>Goals of the command line that hold for all commands alike; docs/cli.md lists every goal with its test.</summary>
[CancelAfter(300_000)]
[NonParallelizable]
public class GoalsTest
{
    private const string Shop =
        "fabric: v1\ntenants: { shop: { bridges: { web: {} }, ports: { p: { on: web, inbound: c } }, chains: { c: [ { name: r, proto: tcp, do: drop } ] } } }";

    private DirectoryInfo _folder = null!;
    private AgentRun _agent = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-goals-");
        _agent = await AgentRun.StartAsync(_folder.FullName, Path.Combine(_folder.FullName, "journal.db"));
        (await _agent.AskAsync("apply -f -", Shop)).Exit.ShouldBe(0);
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        await (_agent?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }

    /// <summary>C2: JSON is an object with a version, a kind and items, as docs/schema/cli-v1.json says.</summary>
    [TestCaseSource(nameof(Listings))]
    public async Task EveryListIsJsonAsItsSchemaSays(string name, string line, string input)
    {
        var told = await _agent.AskAsync($"{line} -o json", input);

        told.Error.ShouldNotContain("FABRIC-");
        var data = JsonNode.Parse(told.Out)!.AsObject();
        data.Select(pair => pair.Key).ShouldBe(["version", "kind", "items"]);
        var form = ListingCatalog.All[name];
        JsonSchemaCheck.Faults(data, ListingSchema.Of(form)).ShouldBeEmpty();
        foreach (var item in data["items"]!.AsArray())
            item!
                .AsObject()
                .Select(pair => pair.Key)
                .ShouldBe(form.Columns.Select(column => column.Name), "every item has every key, and no other");
    }

    /// <summary>Every listing of the catalog, by a command line that writes it.</summary>
    private static IEnumerable<TestCaseData> Listings()
    {
        const string more = "fabric: v1\ntenants: { shop: { bridges: { more: {} } } }";
        const string expects =
            "fabric: v1\nhosts: { h: {} }\ntenants: { shop: { bridges: { b: {} }, ports: { one: { on: b, host: h, ip: 10.1.0.11 }, two: { on: b, host: h, ip: 10.1.0.12 } } } }\nexpect: [ { from: shop/one, to: shop/two, tcp: 80 } ]";
        const string shares =
            "fabric: v1\ntenants: { t: { routers: { r: { ports: { up: { addresses: [203.0.113.1/24] } }, nat: { out: { snat: up, from: 10.0.0.0/28, to: 203.0.113.10-203.0.113.13, mode: deterministic } } } } } }";
        var lines = new Dictionary<string, (string Line, string Input)>
        {
            ["add"] = ("add bridge shop/more --dry-run", ""),
            ["set"] = ("set bridge shop/web admin=down --dry-run", ""),
            ["del"] = ("del port shop/p --dry-run", ""),
            ["apply"] = ("apply -f - --dry-run", more),
            ["diff"] = ("diff -f -", more),
            ["undo"] = ("undo 1", ""),
            ["validate"] = ("validate -f -", expects),
            ["whose"] = ("whose 10.0.0.5 -f -", shares),
        };
        foreach (var name in ListingCatalog.All.Keys.Where(name => name != "journal"))
        {
            var (line, input) = lines.GetValueOrDefault(
                name,
                (name.StartsWith("top ", StringComparison.Ordinal) ? $"{name} --interval 0.1" : name, "")
            );
            yield return new TestCaseData(name, line, input).SetArgDisplayNames(name);
        }
    }

    /// <summary>C3: what is as described is left alone, and the journal too.</summary>
    [Test]
    public async Task ASecondApplyChangesNothingAndWritesNothing()
    {
        var before = (long)(await _agent.StatusAsync())["position"]!;

        var again = await _agent.AskAsync("apply -f -", Shop);

        (again.Exit, again.Error).ShouldBe((0, "no change\n"));
        ((long)(await _agent.StatusAsync())["position"]!).ShouldBe(before);
    }

    /// <summary>E3: whatever is asked, nobody is shown the inside of the program.</summary>
    [TestCase("show planet x", 3)]
    [TestCase("explain FABRIC-9999", 3)]
    [TestCase("undo 99999", 3)]
    [TestCase("apply -f /nowhere.yaml", 1)]
    [TestCase("drops --host nobody", 3)]
    [TestCase("capture nobody -w -", 3)]
    [TestCase("top weather", 2)]
    [TestCase("del port shop/q", 3)]
    public async Task AMistakeIsToldInWordsWithACode(string line, int exit)
    {
        var told = await _agent.AskAsync(line);

        told.Error.ShouldContain("FABRIC-");
        told.Error.ShouldNotContain("FABRIC-3901");
        told.Error.ShouldNotContain("   at Fabric.");
        told.Exit.ShouldBe(exit, told.Error);
    }

    /// <summary>E3: also what should not be possible; whoever mends it finds the calls in a file.</summary>
    [Test]
    public async Task AMistakeOfOursIsOneSentenceAndAFile()
    {
        var error = new StringWriter();
        var terminal = new Terminal(new BrokenReader(), new StringWriter(), error);

        var exit = await CommandLineHost.RunAsync(["validate", "-f", "-"], terminal, CancellationToken.None);

        var told = error.ToString();
        exit.ShouldBe(1);
        told.ShouldContain("FABRIC-3901");
        told.ShouldNotContain("   at ");
        var report = Regex.Match(told, @"the report is (.+/report\.txt)").Groups[1].Value;
        try
        {
            var text = await File.ReadAllTextAsync(report);
            text.ShouldContain("command: validate");
            text.ShouldContain($"{nameof(BrokenReader)}.ReadToEnd");
            text.ShouldNotContain("-f", Case.Sensitive, "options may hold secrets");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(report)!, recursive: true);
        }
    }

    /// <summary>An input that fails as no input does.</summary>
    private sealed class BrokenReader : StringReader
    {
        public BrokenReader()
            : base("") { }

        public override string ReadToEnd() => throw new InvalidOperationException("impossible");

        public override Task<string> ReadToEndAsync(CancellationToken cancellationToken) => Task.FromResult(ReadToEnd());

        public override Task<string> ReadToEndAsync() => Task.FromResult(ReadToEnd());
    }
}
