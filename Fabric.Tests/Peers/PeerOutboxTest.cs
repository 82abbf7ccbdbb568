using Fabric.Tests.Actors;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Peers;

/// <summary>What a host has to tell another arrives over any way, with few messages, and takes bounded room.</summary>
[TestFixture]
public sealed class PeerOutboxTest
{
    private const int Batch = 7;

    /// <summary>However long the way is, and however much the other says meanwhile.</summary>
    [TestCase(4, 0)]
    [TestCase(60, 0)]
    [TestCase(60, 5)]
    [TestCase(100, 30)]
    [TestCase(400, 100)]
    [TestCase(1000, 100)]
    [TestCase(1200, 900)]
    [TestCase(1200, 1100)]
    public void AllIsToldOverALongWayToOneThatTalks(int roundTrip, int talksEach)
    {
        var (time, outbox) = (new ManualTime(), new PeerOutbox<int, int>(Batch, Math.Max));
        const int words = 500;
        for (var i = 0; i < words; i++)
            outbox.Post(i, i);
        var arrivals = new Queue<(int At, int Number)>();
        var told = new HashSet<int>();
        var (sent, done) = (0, 0);
        for (var now = 0; outbox.Count > 0; now++)
        {
            now.ShouldBeLessThan(60_000, $"{sent} messages, {told.Count} words, and no end");
            var heard = talksEach > 0 && now % talksEach == 0;
            var numbers = new List<int>();
            while (arrivals.TryPeek(out var arrival) && arrival.At <= now)
                numbers.Add(arrivals.Dequeue().Number);
            if (numbers.Count > 0)
                outbox.Arrive([.. numbers], time, time.GetTimestamp());
            if (heard || numbers.Count > 0)
                outbox.Hear(time, time.GetTimestamp());
            while (outbox.TryNext(time, time.GetTimestamp(), out var message))
            {
                sent++;
                told.UnionWith(message.Words);
                arrivals.Enqueue((now + roundTrip, message.Number));
            }
            time.Pass(TimeSpan.FromMilliseconds(1));
            done = now;
        }
        told.Count.ShouldBe(words);
        TestContext.Out.WriteLine($"{sent} messages in {done} ms");
        // Some go again before the way's length is known.
        sent.ShouldBeLessThan(10 * words / Batch);
    }

    /// <summary>It says something each three seconds, and hears nothing.</summary>
    [Test]
    public void ForOneThatOnlyTalksLittleWaits()
    {
        var (time, outbox) = (new ManualTime(), new PeerOutbox<int, int>(Batch, Math.Max));
        for (var i = 0; i < 100_000; i++)
        {
            outbox.Post(i, i);
            if (i % 10 == 0)
                time.Pass(TimeSpan.FromMilliseconds(10));
            if (i % 3000 == 0)
                outbox.Hear(time, time.GetTimestamp());
            while (outbox.TryNext(time, time.GetTimestamp(), out _)) { }
        }
        outbox.Count.ShouldBeLessThanOrEqualTo(PeerPatience.MaxWaiting + PeerPatience.Window * Batch);
    }

    [Test]
    public void WhatWasAskedForGoesFirstAndOnce()
    {
        var (time, outbox) = (new ManualTime(), new PeerOutbox<int, int>(Batch, Math.Max));
        for (var i = 0; i < 20; i++)
            outbox.Post(i, i);
        outbox.Answer(17, 17);
        outbox.Answer(99, 99);
        outbox.TryNext(time, time.GetTimestamp(), out var first).ShouldBeTrue();
        first!.Words.ShouldBe([17, 99, 0, 1, 2, 3, 4]);
        var rest = new List<int>();
        while (outbox.TryNext(time, time.GetTimestamp(), out var next))
            rest.AddRange(next.Words);
        rest.ShouldBe([.. Enumerable.Range(5, 12), 18, 19]);
    }

    [Test]
    public void WhoIsToldEverythingLaterIsAnsweredNow()
    {
        var (time, outbox) = (new ManualTime(), new PeerOutbox<int, int>(Batch, Math.Max));
        outbox.Drop();
        outbox.Post(1, 1);
        outbox.Answer(2, 2);
        outbox.TryNext(time, time.GetTimestamp(), out var message).ShouldBeTrue();
        message!.Words.ShouldBe([2]);
    }
}
