using System.Diagnostics.CodeAnalysis;

namespace Fabric.Topology.Peers;

/// <summary>What one other host has still to be told: the newest word on each subject, until its arrival is told back.</summary>
/// <remarks>
/// One caller at a time. It begins with a greeting, so that the other tells what it knows. To a host that does not answer one message goes, again
/// and again and more and more seldom, until it is heard; when too much waits for it, that is dropped, and it is told everything when it answers.
/// </remarks>
/// <typeparam name="TSubject">What words are about.</typeparam>
/// <typeparam name="TWord">Words.</typeparam>
/// <param name="batch">Words in a message: so many fit, whatever they are.</param>
/// <param name="combine">Makes one word of an earlier and a later one on the same subject, which may have been sent in either order.</param>
public sealed class PeerOutbox<TSubject, TWord>(int batch, Func<TWord, TWord, TWord> combine)
    where TSubject : notnull
{
    private const int MaxArrived = 64;

    private readonly Dictionary<TSubject, TWord> _waiting = [];
    private readonly Queue<TSubject> _order = [];
    private readonly Queue<TSubject> _asked = [];
    private readonly Dictionary<int, (KeyValuePair<TSubject, TWord>[] Words, long SentAt)> _underWay = [];
    private readonly List<int> _arrived = [];
    private TimeSpan _first = PeerPatience.First;
    private TimeSpan _patience = PeerPatience.First;
    private int _missed;
    private long? _heardAt;
    private ulong _incarnation;
    private int _lastNumber;
    private bool _mustGreet = true;
    private bool _hasDropped;

    /// <summary>Words that wait, or are under way.</summary>
    public int Count => _waiting.Count + _underWay.Values.Sum(message => message.Words.Length);

    /// <summary>Adds a word.</summary>
    public void Post(TSubject subject, TWord word)
    {
        if (_waiting.Count >= PeerPatience.MaxWaiting && _missed >= PeerPatience.MaxMissed)
            Drop();
        else if (!_hasDropped)
            Add(subject, word);
    }

    /// <summary>Adds a word that the other asked for: it goes before all others, also where the other will be told everything later.</summary>
    public void Answer(TSubject subject, TWord word)
    {
        if (_asked.Count >= PeerPatience.MaxWaiting)
            return;
        Add(subject, word);
        _asked.Enqueue(subject);
    }

    /// <summary>Words for the other were lost on their way into here: it will be told everything when it answers.</summary>
    public void Drop()
    {
        Clear();
        (_hasDropped, _mustGreet) = (true, true);
    }

    /// <summary>Takes a message's incarnation.</summary>
    /// <returns>The other is not the one that was told things before: it knows nothing.</returns>
    public bool IsAnotherStart(ulong incarnation)
    {
        if (_incarnation == incarnation)
            return false;
        _incarnation = incarnation;
        Clear();
        _underWay.Clear();
        _arrived.Clear();
        (_hasDropped, _first, _patience, _missed) = (false, PeerPatience.First, PeerPatience.First, 0);
        return true;
    }

    /// <summary>The other was heard: if it was silent before, it is there again, and what waits for it goes at once, not when it would be tried next.</summary>
    /// <remarks>
    /// Only the end of a silence counts. What is under way gets other numbers by that, so if every word did, no word of arrival would ever be for one
    /// that still counts where the way there and back is longer than the first patience.
    /// </remarks>
    public void Hear(TimeProvider time, long now)
    {
        var wasSilent = _heardAt is not { } before || time.GetElapsedTime(before, now) >= PeerPatience.Silence;
        _heardAt = now;
        if (!wasSilent || _patience <= _first)
            return;
        _patience = _first;
        TakeBack([.. _underWay.Keys]);
    }

    /// <summary>Messages have arrived. The next ones wait twice as long as the way there and back took, so that on a long way few go twice.</summary>
    /// <returns>Words were dropped while the host did not answer: it must be told everything again.</returns>
    public bool Arrive(ReadOnlySpan<int> numbers, TimeProvider time, long now)
    {
        var hasAnswered = false;
        foreach (var number in numbers)
        {
            // A number is sent once: what goes again has another.
            if (!_underWay.Remove(number, out var message))
                continue;
            hasAnswered = true;
            _first = Clamp(time.GetElapsedTime(message.SentAt, now) * 2);
        }
        if (!hasAnswered)
            return false;
        (_patience, _missed) = (_first, 0);
        var mustTellAll = _hasDropped;
        _hasDropped = false;
        return mustTellAll;
    }

    /// <summary>Has the other told that its message arrived.</summary>
    public void Acknowledge(int number) => _arrived.Add(number);

    /// <summary>Makes the next message, if there is something to send now.</summary>
    public bool TryNext(TimeProvider time, long now, [NotNullWhen(true)] out PeerBatch<TWord>? message)
    {
        TakeBack(time, now);
        // A host that lets us wait gets one message at a time.
        var window = _patience > _first ? 1 : PeerPatience.Window;
        var mayTell = (_mustGreet || _waiting.Count > 0) && _underWay.Count < window;
        message = null;
        if (!mayTell && _arrived.Count == 0)
            return false;
        var words = mayTell ? TakeWaiting() : [];
        var number = mayTell ? ++_lastNumber : 0;
        if (mayTell)
        {
            _underWay.Add(number, (words, now));
            _mustGreet = false;
        }
        var arrived = _arrived.Take(words.Length == 0 ? MaxArrived : MaxArrived / 4).ToArray();
        _arrived.RemoveRange(0, arrived.Length);
        message = new PeerBatch<TWord>(_incarnation, number, [.. arrived], [.. words.Select(word => word.Value)]);
        return true;
    }

    /// <summary>How long until something is due again by itself; null if nothing is.</summary>
    public TimeSpan? DueIn(TimeProvider time, long now)
    {
        if (_underWay.Count == 0)
            return null;
        var left = _patience - time.GetElapsedTime(_underWay.Values.Min(message => message.SentAt), now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What was not answered in time waits again.</summary>
    private void TakeBack(TimeProvider time, long now)
    {
        if (_underWay.Count == 0)
            return;
        var late = _underWay
            .Where(message => time.GetElapsedTime(message.Value.SentAt, now) >= _patience)
            .Select(message => message.Key)
            .ToList();
        if (late.Count == 0)
            return;
        TakeBack(late);
        _missed++;
        _patience = Clamp(_patience * 2);
    }

    private static TimeSpan Clamp(TimeSpan patience) =>
        patience < PeerPatience.First ? PeerPatience.First
        : patience > PeerPatience.Last ? PeerPatience.Last
        : patience;

    private void TakeBack(List<int> numbers)
    {
        if (numbers.Count == 0)
            return;
        foreach (var number in numbers)
        {
            _underWay.Remove(number, out var message);
            foreach (var (subject, word) in message.Words)
                Add(subject, word);
        }
        _mustGreet |= _waiting.Count == 0;
    }

    private void Add(TSubject subject, TWord word)
    {
        if (_waiting.TryGetValue(subject, out var known))
            _waiting[subject] = combine(known, word);
        else
        {
            _waiting.Add(subject, word);
            _order.Enqueue(subject);
        }
    }

    private KeyValuePair<TSubject, TWord>[] TakeWaiting()
    {
        var words = new List<KeyValuePair<TSubject, TWord>>(Math.Min(batch, _waiting.Count));
        // A subject that was asked for stands in both queues, and goes once.
        while (words.Count < batch && (_asked.TryDequeue(out var subject) || _order.TryDequeue(out subject)))
        {
            if (_waiting.Remove(subject, out var word))
                words.Add(new(subject, word));
        }
        return [.. words];
    }

    private void Clear()
    {
        _waiting.Clear();
        _order.Clear();
        _asked.Clear();
    }
}
