using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Capturing;

namespace Fabric.Tests.Cli.Capturing;

/// <summary>Packets of several hosts, and those that wait to be fetched.</summary>
public class CaptureWindowTest
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    /// <summary>Whatever the delays, as long as none is longer than packets are held back.</summary>
    [Test]
    public void PacketsOfAllSourcesAreInOrder()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var window = new CaptureWindow(3, TimeSpan.FromSeconds(5));
            var (sent, given, told) = (new List<int>(), new List<int>(), new int[3]);
            for (var now = 0; now < 1000; now++)
            {
                var source = random.Next(3);
                // It tells in order, some time after it was.
                var at = told[source] + random.Next(Math.Max(1, now - told[source]));
                told[source] = at;
                sent.Add(at);
                window.Take(source, CaptureNews.Of(Frame(at)), s_time.AddMilliseconds(now));
                window.Take(source, CaptureNews.AllUntil(s_time.AddMilliseconds(at)), s_time.AddMilliseconds(now));
                Give(window, s_time.AddMilliseconds(now), given);
            }
            given.Count.ShouldBeGreaterThan(500, $"seed {seed}");
            Give(window, DateTimeOffset.MaxValue, given);

            given.ShouldBe([.. sent.Order()], $"seed {seed}");
        }
    }

    [Test]
    public void ASourceThatIsSilentHoldsTheOthersUpForAWhileOnly()
    {
        var window = new CaptureWindow(2, TimeSpan.FromSeconds(5));
        window.Take(0, CaptureNews.Of(Frame(0)), s_time);
        window.Take(0, CaptureNews.AllUntil(s_time.AddSeconds(9)), s_time);
        var given = new List<int>();

        Give(window, s_time.AddMilliseconds(4999), given);
        given.ShouldBeEmpty();
        Give(window, s_time.AddSeconds(5), given);
        given.ShouldBe([0]);
    }

    /// <summary>One clock is right, one an hour ahead, one an hour behind: each packet goes within the time that packets are held back.</summary>
    [TestCase(3_600_000, 0)]
    [TestCase(0, -3_600_000)]
    [TestCase(3_600_000, -3_600_000)]
    public void AHostWhoseClockIsWrongHoldsTheOthersUpForAWhileOnly(int ahead, int behind)
    {
        var window = new CaptureWindow(3, TimeSpan.FromSeconds(5));
        var (random, given) = (new Random(ahead ^ behind), new List<int>());
        var (arrived, latest) = (new Dictionary<int, int>(), 0);
        for (var now = 0; now < 20_000; now += 10)
        {
            var source = random.Next(3);
            var at =
                now
                - 1
                + (
                    source == 1 ? ahead
                    : source == 2 ? behind
                    : 0
                );
            arrived[at] = now;
            window.Take(source, CaptureNews.Of(Frame(at)), s_time.AddMilliseconds(now));
            window.Take(source, CaptureNews.AllUntil(s_time.AddMilliseconds(at)), s_time.AddMilliseconds(now));
            var before = given.Count;
            Give(window, s_time.AddMilliseconds(now), given);
            foreach (var one in given.Skip(before))
                latest = Math.Max(latest, now - arrived[one]);
        }

        latest.ShouldBeLessThanOrEqualTo(5000);
        arrived.Values.Where(time => time < 14_000).Count().ShouldBeLessThanOrEqualTo(given.Count, "none is left behind");
        // Packets of clocks that are right stay in their order.
        given.Where(at => at is > -1000 and < 30_000).ShouldBe(given.Where(at => at is > -1000 and < 30_000).Order());
    }

    [Test]
    public void MoreThanThereIsRoomForGoAtOnceTheEarliestFirst()
    {
        var window = new CaptureWindow(1, TimeSpan.FromHours(1));
        for (var i = 0; i < CaptureWindow.MaxHeld + 3; i++)
            window.Take(0, CaptureNews.Of(Frame(i)), s_time.AddMinutes(2));
        var given = new List<int>();
        Give(window, s_time.AddMinutes(2), given);

        given.ShouldBe([0, 1, 2]);
    }

    [Test]
    public void OneThatBeginsAnewGoesOnWithTheNumbersAndIsToldFromTheOneBefore()
    {
        var before = new CaptureRing(0);
        for (var i = 0; i < 5; i++)
            before.Add(CaptureNews.Of(Frame(i)));
        var anew = new CaptureRing(5);
        anew.Add(CaptureNews.Of(Frame(5)));

        Told(anew.Tell(5)).ShouldBe("6: 5", "none of its packets counts as one that has come");
        $"{anew.Tell(5)["ring"]}".ShouldNotBe($"{before.Tell(5)["ring"]}");
        ((long)anew.Tell(5, missed: 3)["lost"]!).ShouldBe(3);
    }

    [Test]
    public void WhatWasToldIsToldAgainUntilItHasCome()
    {
        var ring = new CaptureRing(0);
        for (var i = 0; i < 3; i++)
            ring.Add(CaptureNews.Of(Frame(i)));

        Told(ring.Tell(0)).ShouldBe("1: 0 1 2");
        ring.Add(CaptureNews.Of(Frame(3)));
        Told(ring.Tell(0)).ShouldBe("1: 0 1 2 3");
        Told(ring.Tell(2)).ShouldBe("3: 2 3");
        Told(ring.Tell(4)).ShouldBe("5: ");
        ((long)ring.Tell(4)["until"]!).ShouldBe(0, "nothing is said of it");
        ring.Add(CaptureNews.AllUntil(s_time));
        CaptureJson.TimeOf((long)ring.Tell(4)["until"]!).ShouldBe(s_time);
        Told(ring.Tell(9)).ShouldBe("5: ");
    }

    [Test]
    public void WhatIsNotFetchedIsLostAndCounted()
    {
        var ring = new CaptureRing(0);
        for (var i = 0; i < CaptureRing.MaxFrames + 7; i++)
            ring.Add(CaptureNews.Of(Frame(i)));

        ring.Lost.ShouldBe(7);
        Told(ring.Tell(0)).ShouldStartWith("8: 7 8 9 ");
        var large = new CaptureRing(0);
        for (var i = 0; i < 200; i++)
            large.Add(CaptureNews.Of(Frame(i, 60_000)));
        large.Lost.ShouldBe(200 - CaptureRing.MaxBytes / 60_000);
        Told(large.Tell(0)).Split(' ').Length.ShouldBe(1 + CaptureRing.AnswerBytes / 60_000, "an answer holds no more than it may");
        large.Add(CaptureNews.AllUntil(s_time.AddHours(1)));
        CaptureJson.TimeOf((long)large.Tell(0)["until"]!).ShouldBeLessThan(s_time.AddMinutes(1), "there are more of before that");
    }

    [TestCase("{}")]
    [TestCase("7")]
    [TestCase("null")]
    [TestCase("""{"ticks":1,"in":true,"why":"x","frame":"no base64!"}""")]
    [TestCase("""{"ticks":9223372036854775807,"in":true,"why":"x","frame":""}""")]
    [TestCase("""{"ticks":"1","in":1,"why":"x","frame":""}""")]
    public void WhatIsNoPacketIsNone(string json) => CaptureJson.Read(JsonNode.Parse(json), 0).ShouldBeNull();

    private static CapturedFrame Frame(int milliseconds, int length = 60)
    {
        var frame = new byte[length];
        new Random(milliseconds).NextBytes(frame);
        return new CapturedFrame(new CapturedPacket(0, s_time.AddMilliseconds(milliseconds), true, "why"), frame);
    }

    private static void Give(CaptureWindow window, DateTimeOffset now, List<int> given)
    {
        while (window.TryGive(now, out var frame))
            given.Add(At(frame));
    }

    private static int At(CapturedFrame frame) => (int)(frame.Packet.Time - s_time).TotalMilliseconds;

    private static string Told(JsonObject answer) =>
        $"{answer["first"]}: {string.Join(' ', answer["items"]!.AsArray().Select(item => At(CaptureJson.Read(JsonNode.Parse(item!.ToJsonString()), 0)!.Value)))}";
}
