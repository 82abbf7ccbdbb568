using System.Text.Json.Nodes;
using Fabric.Agent.Alarms;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Alarms;

/// <summary>What one agent has seen, the next knows; and it takes nothing for ended before it has looked.</summary>
[CancelAfter(300_000)]
public class AlarmLoopTest
{
    private DirectoryInfo _folder = null!;

    private string Path => System.IO.Path.Combine(_folder.FullName, AlarmHistoryHost.FileName);

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-alarms-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task TheNextAgentGoesOnFromThere(CancellationToken cancellation)
    {
        await using (var first = Begin(new StepTime(), [], _ => { }))
        {
            first.Take(Alarms("a", "b"));
            first.TryAcknowledge("a", "ana").ShouldBeTrue();
        }
        var told = new List<string>();
        var time = new StepTime();
        await using var next = Begin(
            time,
            Alarms("a"),
            change => told.Add($"{(change.IsRaised ? "raised" : "cleared")} {change.Alarm["key"]}")
        );

        // A page asks before the agent has found out anything.
        var now = Alarms();
        next.Take(now);
        told.ShouldBeEmpty();
        next.History.Changes.Count.ShouldBe(2);
        var seen = Alarms("a");
        next.Take(seen);
        ((string)seen[0]!["acknowledged"]!["author"]!).ShouldBe("ana");

        await time.StepAsync(cancellation);
        await time.WaitAsync(cancellation);
        told.ShouldBe(["cleared b"]);
    }

    [Test]
    public async Task AFileThatIsNoneIsSaidAndReplaced()
    {
        await File.WriteAllTextAsync(Path, "{");
        var warned = new List<string>();
        await using (
            var loop = new AlarmLoop(() => Task.FromResult(Alarms()), _ => { }, new StepTime(), new AlarmHistoryHost(Path, warned.Add))
        )
        {
            loop.Take(Alarms("a"));
            warned.ShouldHaveSingleItem().ShouldContain("cannot be read");
        }
        AlarmHistory.Read(await File.ReadAllTextAsync(Path)).Changes.Count.ShouldBe(1);
    }

    [Test]
    public void AFolderThatIsNotThereIsSaidOnce()
    {
        var warned = new List<string>();
        var host = new AlarmHistoryHost(System.IO.Path.Combine(_folder.FullName, "gone", "alarms.json"), warned.Add);
        var history = new AlarmHistory().Look(Alarms("a"), DateTimeOffset.UnixEpoch, out _);

        host.Write(history);
        host.Write(history);

        warned.ShouldHaveSingleItem().ShouldContain("alarms are not kept");
    }

    [Test]
    public void WhatIsWrittenAlreadyIsNotWrittenAgain()
    {
        var host = new AlarmHistoryHost(Path, _ => { });
        var history = new AlarmHistory().Look(Alarms("a"), DateTimeOffset.UnixEpoch, out _);
        host.Write(history);
        File.Delete(Path);

        host.Write(history.Look(Alarms("a"), DateTimeOffset.UnixEpoch, out _));
        File.Exists(Path).ShouldBeFalse("nothing has begun or ended");
        host.Write(history.Look([], DateTimeOffset.UnixEpoch, out _));
        File.Exists(Path).ShouldBeTrue();
    }

    private AlarmLoop Begin(TimeProvider time, JsonArray wrong, Action<AlarmChange> tell) =>
        new(() => Task.FromResult((JsonArray)wrong.DeepClone()), tell, time, new AlarmHistoryHost(Path, problem => Assert.Fail(problem)));

    private static JsonArray Alarms(params string[] keys) =>
        new([
            .. keys.Select(key =>
                (JsonNode)
                    new JsonObject
                    {
                        ["key"] = key,
                        ["severity"] = "warning",
                        ["what"] = key,
                        ["why"] = "",
                        ["next"] = "",
                    }
            ),
        ]);
}
