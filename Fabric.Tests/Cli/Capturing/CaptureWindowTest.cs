using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Capturing;

namespace Fabric.Tests.Cli.Capturing;

/// <summary>Packets of several hosts, and those that wait to be fetched.</summary>
public class CaptureWindowTest
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Test]
    public void PacketsThatComeWithinTheWindowAreInOrder()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var window = new CaptureWindow(TimeSpan.FromMilliseconds(100));
            var (sent, taken) = (new List<int>(), new List<int>());
            for (var now = 0; now < 1000; now++)
            {
                // Each comes at most 90 ms after it was sent.
                var at = now - random.Next(90);
                sent.Add(at);
                window.Add(Frame(at));
                Take(window, s_time.AddMilliseconds(now), taken);
            }
            taken.Count.ShouldBeInRange(800, 980, "those of the last 100 ms are held back");
            Take(window, DateTimeOffset.MaxValue, taken);

            taken.ShouldBe([.. sent.Order()], $"seed {seed}");
        }
    }

    [Test]
    public void MoreThanThereIsRoomForGoAtOnceTheEarliestFirst()
    {
        var window = new CaptureWindow(TimeSpan.FromHours(1));
        for (var i = 0; i < CaptureWindow.MaxHeld + 3; i++)
            window.Add(Frame(i));
        var taken = new List<int>();
        Take(window, s_time, taken);

        taken.ShouldBe([0, 1, 2]);
    }

    [Test]
    public void WhatWasToldIsToldAgainUntilItHasCome()
    {
        var ring = new CaptureRing();
        for (var i = 0; i < 3; i++)
            ring.Add(Frame(i));

        Told(ring.Tell(0)).ShouldBe("1: 0 1 2");
        ring.Add(Frame(3));
        Told(ring.Tell(0)).ShouldBe("1: 0 1 2 3");
        Told(ring.Tell(2)).ShouldBe("3: 2 3");
        Told(ring.Tell(4)).ShouldBe("5: ");
        Told(ring.Tell(9)).ShouldBe("5: ");
    }

    [Test]
    public void WhatIsNotFetchedIsLostAndCounted()
    {
        var ring = new CaptureRing();
        for (var i = 0; i < CaptureRing.MaxFrames + 7; i++)
            ring.Add(Frame(i));

        ring.Lost.ShouldBe(7);
        Told(ring.Tell(0)).ShouldStartWith("8: 7 8 9 ");
        var large = new CaptureRing();
        for (var i = 0; i < 200; i++)
            large.Add(Frame(i, 60_000));
        large.Lost.ShouldBe(200 - CaptureRing.MaxBytes / 60_000);
        Told(large.Tell(0)).Split(' ').Length.ShouldBe(1 + CaptureRing.AnswerBytes / 60_000, "an answer holds no more than it may");
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

    private static void Take(CaptureWindow window, DateTimeOffset now, List<int> taken)
    {
        while (window.TryTake(now, out var frame))
            taken.Add(At(frame));
    }

    private static int At(CapturedFrame frame) => (int)(frame.Packet.Time - s_time).TotalMilliseconds;

    private static string Told(JsonObject answer) =>
        $"{answer["first"]}: {string.Join(' ', answer["items"]!.AsArray().Select(item => At(CaptureJson.Read(JsonNode.Parse(item!.ToJsonString()), 0)!.Value)))}";
}
