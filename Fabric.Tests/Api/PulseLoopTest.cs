using System.Text.Json.Nodes;
using Fabric.Agent.Api;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Api;

/// <summary>What is made for those who watch, and when.</summary>
[CancelAfter(300_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class PulseLoopTest
{
    private readonly ManualTime _clock = new();
    private long _made;

    [Test]
    public async Task NobodyWatchingNothingIsMade(CancellationToken cancellation)
    {
        var loop = Loop();
        _clock.Pass(TimeSpan.FromSeconds(100));
        _made.ShouldBe(0);

        var watcher = Watch(loop, cancellation);
        (await NextAsync(watcher)).ShouldBe(1);
        await watcher.DisposeAsync();
        loop.Watchers.ShouldBe(0);
        _clock.Pass(TimeSpan.FromSeconds(100));
        _made.ShouldBe(1, "the last has gone");

        (await NextAsync(Watch(loop, cancellation))).ShouldBe(2, "and who comes later is told something new");
    }

    [Test]
    public async Task TwentyWatchersCostAsMuchAsOne(CancellationToken cancellation)
    {
        var loop = Loop();
        var watchers = Enumerable.Range(0, 20).Select(_ => Watch(loop, cancellation)).ToArray();
        foreach (var watcher in watchers)
            (await NextAsync(watcher)).ShouldBe(1);

        _made.ShouldBe(1);
    }

    /// <summary>A slow browser: it has no queue, and the pulse after what it took is the newest.</summary>
    [Test]
    public async Task WhoIsSlowMissesPulsesAndGetsNoOldOnes(CancellationToken cancellation)
    {
        var loop = Loop();
        var (quick, slow) = (Watch(loop, cancellation), Watch(loop, cancellation));
        (await NextAsync(slow)).ShouldBe(1);
        (await NextAsync(quick)).ShouldBe(1);
        for (var number = 2; number <= 10; number++)
        {
            var next = NextAsync(quick);
            while (!next.IsCompleted)
            {
                _clock.Pass(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
            await next;
        }
        var newest = Volatile.Read(ref _made);

        var late = NextAsync(slow);
        while (!late.IsCompleted)
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        (await late).ShouldBeGreaterThanOrEqualTo(newest);
    }

    [Test]
    public void ThereIsALimit()
    {
        var loop = Loop();
        for (var i = 0; i < PulseLoop.MaxWatchers; i++)
            loop.TryWatch(CancellationToken.None).ShouldNotBeNull();
        loop.TryWatch(CancellationToken.None).ShouldBeNull();
    }

    private PulseLoop Loop() =>
        new(
            number =>
            {
                Interlocked.Increment(ref _made);
                return Task.FromResult(new JsonObject { ["number"] = number });
            },
            _clock
        );

    private static IAsyncEnumerator<byte[]> Watch(PulseLoop loop, CancellationToken cancellation) =>
        loop.TryWatch(cancellation).ShouldNotBeNull().GetAsyncEnumerator(cancellation);

    private static async Task<long> NextAsync(IAsyncEnumerator<byte[]> watcher)
    {
        (await watcher.MoveNextAsync()).ShouldBeTrue();
        return (long)JsonNode.Parse(watcher.Current)!["number"]!;
    }
}
