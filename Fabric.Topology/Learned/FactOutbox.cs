using System.Diagnostics.CodeAnalysis;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Topology.Learned;

/// <summary>What one other host has still to be told: the newest fact of each thing, until its arrival is told back.</summary>
/// <remarks>
/// One caller at a time. It begins with a greeting, so that the other tells what it knows. To a host that does not answer one message goes, again
/// and again and more and more seldom; when too much waits for it, that is dropped, and it is told everything when it answers.
/// </remarks>
internal sealed class FactOutbox
{
    /// <summary>Facts in a message: so many fit, whatever they are.</summary>
    internal const int MessageFacts = 12;

    /// <summary>Messages under way at a time.</summary>
    internal const int Window = 16;

    /// <summary>Facts that wait for a host that does not answer, before it will be told everything instead.</summary>
    internal const int MaxWaiting = 16_384;

    private const int MaxArrived = 64;

    /// <summary>How long the first message waits for its answer; each further one twice as long, up to <see cref="LastPatience"/>.</summary>
    internal static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a host is tried that does not answer.</summary>
    internal static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3.2);

    private readonly Dictionary<LearnedFact, StampedFact> _waiting = [];
    private readonly Queue<LearnedFact> _order = [];
    private readonly Dictionary<int, (StampedFact[] Facts, long SentAt)> _underWay = [];
    private readonly List<int> _arrived = [];
    private TimeSpan _patience = FirstPatience;
    private ulong _incarnation;
    private int _lastNumber;
    private bool _mustGreet = true;
    private bool _hasDropped;

    /// <summary>Adds a fact; it takes the place of an older one about the same thing.</summary>
    internal void Post(StampedFact stamped)
    {
        if (_waiting.Count >= MaxWaiting && _patience == LastPatience)
        {
            Clear();
            (_hasDropped, _mustGreet) = (true, true);
        }
        else if (!_hasDropped)
            Add(stamped, isNewer: true);
    }

    /// <summary>Takes a message's incarnation.</summary>
    /// <returns>The other is not the one that was told things before: it knows nothing.</returns>
    internal bool IsAnotherStart(ulong incarnation)
    {
        if (_incarnation == incarnation)
            return false;
        _incarnation = incarnation;
        Clear();
        _underWay.Clear();
        _arrived.Clear();
        (_hasDropped, _patience) = (false, FirstPatience);
        return true;
    }

    /// <summary>Messages have arrived.</summary>
    /// <returns>Facts were dropped while the host did not answer: it must be told all of them again.</returns>
    internal bool Arrive(ReadOnlySpan<int> numbers)
    {
        var hasAnswered = false;
        foreach (var number in numbers)
            hasAnswered |= _underWay.Remove(number);
        if (!hasAnswered)
            return false;
        _patience = FirstPatience;
        var mustTellAll = _hasDropped;
        _hasDropped = false;
        return mustTellAll;
    }

    /// <summary>Has the other told that its message arrived.</summary>
    internal void Acknowledge(int number) => _arrived.Add(number);

    /// <summary>Makes the next message, if there is something to send now.</summary>
    internal bool TryNext(TimeProvider time, long now, ulong incarnation, [NotNullWhen(true)] out FactsMessage? message)
    {
        TakeBack(time, now);
        // A host that lets us wait gets one message at a time.
        var window = _patience > FirstPatience ? 1 : Window;
        var mayTell = (_mustGreet || _waiting.Count > 0) && _underWay.Count < window;
        message = null;
        if (!mayTell && _arrived.Count == 0)
            return false;
        var facts = mayTell ? TakeWaiting() : [];
        var number = mayTell ? ++_lastNumber : 0;
        if (mayTell)
        {
            _underWay.Add(number, (facts, now));
            _mustGreet = false;
        }
        var arrived = _arrived.Take(facts.Length == 0 ? MaxArrived : MaxArrived / 4).ToArray();
        _arrived.RemoveRange(0, arrived.Length);
        message = new FactsMessage(incarnation, _incarnation, number, [.. arrived], [.. facts]);
        return true;
    }

    /// <summary>How long until something is due again by itself; null if nothing is.</summary>
    internal TimeSpan? DueIn(TimeProvider time, long now)
    {
        if (_underWay.Count == 0)
            return null;
        var left = _patience - time.GetElapsedTime(_underWay.Values.Min(message => message.SentAt), now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What was not answered in time waits again, unless there is something newer.</summary>
    private void TakeBack(TimeProvider time, long now)
    {
        var late = _underWay.Where(message => time.GetElapsedTime(message.Value.SentAt, now) >= _patience).ToList();
        if (late.Count == 0)
            return;
        foreach (var (number, (facts, _)) in late)
        {
            _underWay.Remove(number);
            foreach (var stamped in facts)
                Add(stamped, isNewer: false);
        }
        _mustGreet |= _waiting.Count == 0;
        _patience = _patience * 2 < LastPatience ? _patience * 2 : LastPatience;
    }

    private void Add(StampedFact stamped, bool isNewer)
    {
        var subject = stamped.Fact.Subject;
        if (_waiting.TryAdd(subject, stamped))
            _order.Enqueue(subject);
        // Of several messages that are taken back the first need not have the newest.
        else if (isNewer || stamped.Version > _waiting[subject].Version)
            _waiting[subject] = stamped;
    }

    private StampedFact[] TakeWaiting()
    {
        var facts = new StampedFact[Math.Min(MessageFacts, _order.Count)];
        for (var i = 0; i < facts.Length; i++)
            _waiting.Remove(_order.Dequeue(), out facts[i]!);
        return facts;
    }

    private void Clear()
    {
        _waiting.Clear();
        _order.Clear();
    }
}
