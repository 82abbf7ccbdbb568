using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Watching;

namespace Fabric.Tests.Cli;

/// <summary>What goes on is told as it goes on.</summary>
[CancelAfter(300_000)]
public class WatchingTest
{
    [Test]
    public void RatesAreWhatCameBetweenAndTheBusiestIsFirst()
    {
        var view = TopView.All.Single(view => view.Name == "rules");
        var before = Sample(("idle", 7, 70), ("busy", 100, 1000), ("anew", 50, 500));
        var after = Sample(("idle", 7, 70), ("busy", 300, 3000), ("anew", 10, 100), ("born", 4, 40));

        var rates = view.Rates(before, after, seconds: 2, limit: 3);

        rates.Columns.Select(column => column.Name).ShouldBe(["rule", "packets_s", "bytes_s", "packets", "bytes"]);
        rates
            .Rows.Select(row => string.Join(' ', row.Select(Listing.Text)))
            .ShouldBe(["busy 100 1000 300 3000", "anew 5 50 10 100", "born 2 20 4 40"], "counters that fell began anew at 0");
    }

    [Test]
    public void EveryViewReadsWhatTheAgentTells()
    {
        var ports = JsonNode.Parse(
            """{"items":[{"port":"t/p","rx_packets":1,"rx_bytes":2,"tx_packets":3,"tx_bytes":4,"tx_dropped":5,"rx_missed":6},{"port":null}]}"""
        )!;
        TopView
            .All[0]
            .Read(ports.AsObject())
            .Single()
            .ShouldSatisfyAllConditions(row => row.Name.ShouldBe("t/p"), row => row.Values.ShouldBe([2, 1, 4, 3, 11]));
        var traffic = JsonNode.Parse("""{"drops":{"Rule":8}}""")!;
        TopView.All[1].Read(traffic.AsObject()).Single().Values.ShouldBe([8]);
    }

    [Test]
    public async Task TopAndEventsAskTheAgent()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-watching-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "journal.db"));
            foreach (var view in TopView.All)
            {
                var top = await agent.AskAsync($"top {view.Name} --interval 0.1 -o json");
                top.Exit.ShouldBe(0, top.Error);
                ((string)JsonNode.Parse(top.Out)!["kind"]!).ShouldBe(view.Kind);
            }
            (await agent.AskAsync("top weather")).Exit.ShouldBe(2);
            await FollowAsync(agent);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task FollowAsync(AgentRun agent)
    {
        using var stop = new CancellationTokenSource();
        using var lines = new LineWriter();
        var terminal = new Terminal(TextReader.Null, lines, TextWriter.Null);
        var watching = CommandLineHost.RunAsync(["events", "-w", "-n", "1", "-o", "json", "--socket", agent.Socket], terminal, stop.Token);
        var first = JsonNode.Parse(await lines.NextAsync())!;
        for (var i = 0; i < 3; i++)
            (await agent.AskAsync("apply -f -", $"fabric: v1\ntenants: {{ t: {{ bridges: {{ b{i}: {{}} }} }} }}")).Exit.ShouldBe(0);
        for (var i = 1; i <= 3; i++)
            ((long)JsonNode.Parse(await lines.NextAsync())!["position"]!).ShouldBe((long)first["position"]! + i);
        await stop.CancelAsync();
        (await watching).ShouldBe(130);
    }

    private static TopSample Sample(params (string Name, long Packets, long Bytes)[] rows) =>
        new(0, rows.ToImmutableDictionary(row => row.Name, row => ImmutableArray.Create(row.Packets, row.Bytes)));

    /// <summary>Lines, to be waited for.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public ValueTask<string> NextAsync() => _lines.Reader.ReadAsync();

        public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "").ShouldBeTrue();
    }
}
