using System.Text.Json.Nodes;
using Fabric.Agent.Alarms;

namespace Fabric.Tests.Alarms;

/// <summary>What began and ended is remembered, and who has taken note of what stands.</summary>
public class AlarmHistoryTest
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch;

    [Test]
    public void WhatBeganAndWhatEndedIsToldOnceEach()
    {
        var history = new AlarmHistory().Look(Alarms("a", "b"), s_now, out var first);
        first.Select(Text).ShouldBe(["raised a", "raised b"]);
        history = history.Look(Alarms("b", "a"), s_now, out var none);
        none.ShouldBeEmpty();
        history = history.Look(Alarms("b", "c"), s_now, out var second);
        second.Select(Text).ShouldBe(["raised c", "cleared a"]);
        history.Changes.Select(Text).ShouldBe(["cleared a", "raised c", "raised b", "raised a"]);
    }

    [Test]
    public void AnAcknowledgementStandsUntilTheAlarmIsClearedAndNotForTheNext()
    {
        var history = new AlarmHistory().Look(Alarms("a"), s_now, out _);
        history.Acknowledge("z", "ana", s_now).ShouldBeNull();
        history = history.Acknowledge("a", "ana", s_now)!;
        AuthorOf(history).ShouldBe("ana");
        history = history.Look(Alarms("a"), s_now, out _);
        AuthorOf(history).ShouldBe("ana");
        history = history.Look([], s_now, out _).Look(Alarms("a"), s_now, out _);
        AuthorOf(history).ShouldBeNull();
    }

    [Test]
    public void AStormOfAlarmsIsRememberedUpToItsLimit()
    {
        var history = new AlarmHistory();
        for (var i = 0; i < AlarmHistory.MaxChanges; i++)
            history = history.Look(Alarms($"a{i}"), s_now, out _);
        history.Changes.Count.ShouldBe(AlarmHistory.MaxChanges);
        Text(history.Changes[0]).ShouldBe($"cleared a{AlarmHistory.MaxChanges - 2}");
    }

    [Test]
    public void AChangeIsToldWithItsCauseAndNextStep()
    {
        new AlarmHistory().Look(Alarms("a"), s_now, out var news);

        var told = news[0].ToJson("h1");

        told.Select(pair => pair.Key).ShouldBe(["time", "event", "host", "key", "severity", "what", "why", "next"]);
        ((string)told["time"]!, (string)told["next"]!).ShouldBe(("1970-01-01T00:00:00.0000000Z", "do a"));
    }

    [Test]
    public void WhatIsWrittenDownIsReadAsItWas()
    {
        var history = new AlarmHistory().Look(Alarms("a", "b"), s_now, out _).Look(Alarms("a"), s_now.AddSeconds(5), out _);
        history = history.Acknowledge("a", "ana", s_now)!;

        var read = AlarmHistory.Read(history.ToJson().ToJsonString());

        read.ToJson().ToJsonString().ShouldBe(history.ToJson().ToJsonString());
        AuthorOf(read).ShouldBe("ana");
        read.Look(Alarms("a"), s_now, out var none);
        none.ShouldBeEmpty("it stands as it stood");
        read.Look([], s_now, out var ended);
        ended.Select(Text).ShouldBe(["cleared a"]);
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"standing\":[{}],\"acknowledged\":[],\"changes\":[]}")]
    [TestCase("{\"standing\":[],\"acknowledged\":[{\"key\":\"a\",\"author\":\"b\",\"time\":\"yesterday\"}],\"changes\":[]}")]
    [TestCase("{\"standing\":[],\"acknowledged\":[],\"changes\":[{\"raised\":1}]}")]
    public void WhatIsNoHistoryIsRefused(string text) => Should.Throw<FormatException>(() => AlarmHistory.Read(text));

    private static string? AuthorOf(AlarmHistory history)
    {
        var alarms = Alarms("a");
        history.Mark(alarms);
        return (string?)alarms[0]!["acknowledged"]?["author"];
    }

    private static JsonArray Alarms(params string[] keys) =>
        new([
            .. keys.Select(key =>
                (JsonNode)
                    new JsonObject
                    {
                        ["key"] = key,
                        ["severity"] = "warning",
                        ["what"] = $"what {key}",
                        ["why"] = $"why {key}",
                        ["next"] = $"do {key}",
                    }
            ),
        ]);

    private static string Text(AlarmChange change) => $"{(change.IsRaised ? "raised" : "cleared")} {(string)change.Alarm["key"]!}";
}
