using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fabric.Agent.Cli;

namespace Fabric.Tests.Cli;

/// <summary>Goals of the command line that hold for all commands alike; docs/cli.md lists every goal with its test.</summary>
[CancelAfter(120_000)]
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

    /// <summary>C2: JSON is an object with a version, a kind and items, and every item has every key.</summary>
    [TestCase("show ports")]
    [TestCase("show bridges")]
    [TestCase("show chains")]
    [TestCase("show rules")]
    [TestCase("show hosts")]
    [TestCase("show routes")]
    [TestCase("drops")]
    [TestCase("flows")]
    [TestCase("nodes")]
    [TestCase("alarms")]
    [TestCase("alarms --history")]
    [TestCase("actors")]
    [TestCase("connections")]
    [TestCase("balancers")]
    [TestCase("events -n 5")]
    [TestCase("top ports --interval 0.1")]
    public async Task EveryListIsJsonOfOneForm(string line)
    {
        var told = await _agent.AskAsync($"{line} -o json");

        told.Exit.ShouldBe(0, told.Error);
        var data = JsonNode.Parse(told.Out)!.AsObject();
        data.Select(pair => pair.Key).ShouldBe(["version", "kind", "items"]);
        ((int)data["version"]!).ShouldBe(1);
        var keys = data["items"]!.AsArray().Select(item => string.Join(' ', item!.AsObject().Select(pair => pair.Key))).Distinct();
        keys.Count().ShouldBeLessThanOrEqualTo(1);
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
