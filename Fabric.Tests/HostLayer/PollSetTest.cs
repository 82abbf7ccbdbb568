using Fabric.Agent.Host;

namespace Fabric.Tests.HostLayer;

public class PollSetTest
{
    private readonly PollEvent[] _events = new PollEvent[PollSet.MaxEvents];

    [Test]
    public void A_signal_wakes_a_waiting_thread()
    {
        using var poll = new PollSet();
        using var signal = new WakeSignal();
        poll.Add(signal.Descriptor, 7);
        var waiting = Task.Run(() => poll.Wait(_events, timeoutMilliseconds: 60_000));
        signal.Set();
        waiting.GetAwaiter().GetResult().ShouldBe(1);
        _events[0].ShouldBe(new PollEvent(7, HasFailed: false));
    }

    [Test]
    public void Signals_count_as_one_until_cleared()
    {
        using var poll = new PollSet();
        using var signal = new WakeSignal();
        poll.Add(signal.Descriptor, 7);
        signal.Clear().ShouldBeFalse();
        signal.Set();
        signal.Set();
        poll.Wait(_events, 0).ShouldBe(1);
        poll.Wait(_events, 0).ShouldBe(1);
        signal.Clear().ShouldBeTrue();
        signal.Clear().ShouldBeFalse();
        poll.Wait(_events, 0).ShouldBe(0);
    }

    [Test]
    public void What_is_removed_wakes_nobody()
    {
        using var poll = new PollSet();
        using var signal = new WakeSignal();
        poll.Add(signal.Descriptor, 7);
        poll.Remove(signal.Descriptor);
        signal.Set();
        poll.Wait(_events, 0).ShouldBe(0);
    }

    [Test]
    public void More_ready_descriptors_than_fit_come_with_the_next_wait()
    {
        using var poll = new PollSet();
        var signals = Enumerable.Range(0, PollSet.MaxEvents + 10).Select(_ => new WakeSignal()).ToArray();
        for (var i = 0; i < signals.Length; i++)
        {
            poll.Add(signals[i].Descriptor, (ulong)i);
            signals[i].Set();
        }
        var seen = new HashSet<ulong>();
        for (var round = 0; round < 2; round++)
        {
            var count = poll.Wait(_events, 0);
            foreach (var ready in _events.AsSpan(0, count))
            {
                seen.Add(ready.Token);
                signals[ready.Token].Clear();
            }
        }
        seen.Count.ShouldBe(signals.Length);
        Array.ForEach(signals, signal => signal.Dispose());
    }

    [Test]
    public void Waiting_allocates_nothing()
    {
        using var poll = new PollSet();
        using var signal = new WakeSignal();
        poll.Add(signal.Descriptor, 7);
        Round(poll, signal);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Round(poll, signal);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private void Round(PollSet poll, WakeSignal signal)
    {
        signal.Set();
        poll.Wait(_events, 0);
        signal.Clear();
    }
}
