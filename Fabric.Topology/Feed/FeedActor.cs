using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Feed;

/// <summary>Follows the journal: applies each entry to this process's replica, in order and once, and hands it to the feed's readers.</summary>
/// <remarks>
/// Push and repair. Entries that this process stored are offered to it at once; anything else (another process's entries, an offer that
/// does not fit, a wake) is read from the journal after the last position, so nothing can be missed or come twice.
/// </remarks>
public sealed class FeedActor : IRelayFeed, IAsyncDisposable
{
    /// <summary>How many messages may wait; one that finds no room becomes a wake, which costs a read of the journal and loses nothing.</summary>
    public const int Capacity = 1024;

    /// <summary>How many entries one read of the journal takes.</summary>
    public const int PageEntries = 256;

    private readonly IJournalReader _journal;
    private readonly TopologyReplica _replica;
    private readonly HiveHealth _health;
    private readonly int _windowLimit;
    private readonly Mailbox<FeedNotice> _mailbox;
    private readonly CancellationTokenSource _stop = new();
    private FeedWindow _window;
    private int _wakes;

    /// <summary>Begins where the replica is.</summary>
    public FeedActor(ActorRuntime runtime, IJournalReader journal, TopologyReplica replica, HiveHealth health, int windowLimit)
    {
        (_journal, _replica, _health, _windowLimit) = (journal, replica, health, windowLimit);
        _window = new FeedWindow(0, replica.State.Head, []);
        _mailbox = new Mailbox<FeedNotice>(runtime, Capacity, Capacity, ReceiveAsync);
    }

    /// <summary>Ends with the actor.</summary>
    public Task Completion => _mailbox.Completion;

    /// <inheritdoc/>
    public event Action? Moved;

    /// <inheritdoc/>
    public JournalHead Head => Window.Head;

    private FeedWindow Window => Volatile.Read(ref _window);

    /// <summary>Hands over entries that were stored just now.</summary>
    /// <param name="previous">The place before the first of them.</param>
    /// <param name="items">Consecutive entries.</param>
    public void Offer(JournalHead previous, ImmutableArray<FeedItem.Stored> items)
    {
        if (!_mailbox.TryPost(new FeedNotice.Offer(previous, items)))
            Wake();
    }

    /// <summary>Tells that the journal may have moved. Any thread; never waits.</summary>
    public void Wake()
    {
        // When the mailbox is full, the turn that empties it sees the count.
        if (Interlocked.Increment(ref _wakes) == 1)
            _mailbox.TryPost(FeedNotice.Wake.Instance);
    }

    /// <inheritdoc/>
    public bool TryTake(long after, out ImmutableArray<FeedItem.Stored> items) => Window.TryTake(after, out items);

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<FeedItem.Stored>> ReadAsync(long after, CancellationToken cancellation)
    {
        try
        {
            return EntryChain.Open(after, null, await _journal.ReadAsync(after, 1, cancellation)).Items;
        }
        catch (JournalException)
        {
            return [];
        }
    }

    /// <summary>Ends when the replica has reached a position, or when the journal turned out to be another one.</summary>
    public async ValueTask ReachedAsync(long position, CancellationToken cancellation)
    {
        var epoch = Window.Epoch;
        for (var window = Window; window.Head.Position < position && window.Epoch == epoch && !window.IsClosed; window = Window)
            await window.Moved.Until(cancellation);
    }

    /// <summary>Looks at the journal now, and ends when the replica follows what is there, or cannot.</summary>
    public async ValueTask RepairAsync(CancellationToken cancellation)
    {
        var repair = new FeedNotice.Repair(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _mailbox.PostAsync(repair, cancellation);
        await repair.Done.Task.Until(cancellation);
    }

    /// <summary>Reads the feed; see <see cref="IHive.FeedAsync"/>.</summary>
    public async IAsyncEnumerable<FeedItem> ReadAsync(long after, EntryHash? hash, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var epoch = Window.Epoch;
        var mustResync = hash is { } known && !await HoldsAsync(new JournalHead(after, known), cancellation);
        while (true)
        {
            var window = Window;
            if (window.IsClosed)
                yield break;
            if (mustResync || window.Epoch != epoch)
            {
                var resync = new FeedItem.Resync(_replica.State);
                (epoch, after, hash, mustResync) = (window.Epoch, resync.Head.Position, resync.Head.Hash, false);
                yield return resync;
            }
            else if (after >= window.Head.Position)
            {
                await window.Moved.Until(cancellation);
            }
            else
            {
                if (!window.TryTake(after, out var items))
                {
                    _health.CountReaderBehind();
                    items = EntryChain.Open(after, hash, await _journal.ReadAsync(after, PageEntries, cancellation)).Items;
                    mustResync = items.IsEmpty;
                }
                foreach (var item in items)
                {
                    (after, hash) = (item.Head.Position, item.Head.Hash);
                    yield return item;
                }
            }
        }
    }

    /// <summary>Stops following: the replica stays where it is, and readers come to their end.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.Stop();
        await _mailbox.DisposeAsync();
        Show(_window.Close());
        _stop.Dispose();
    }

    private async ValueTask ReceiveAsync(IReadOnlyList<FeedNotice> messages)
    {
        var mustRepair = Interlocked.Exchange(ref _wakes, 0) > 0;
        foreach (var message in messages)
        {
            if (message is FeedNotice.Offer offer && offer.Previous == _replica.State.Head)
                Deliver(offer.Items);
            else if (message is FeedNotice.Offer late && late.Items[^1].Head.Position > _replica.State.Head.Position)
                mustRepair = true;
            else if (message is FeedNotice.Repair)
                mustRepair = true;
        }
        if (mustRepair)
            await RepairAsync();
        foreach (var message in messages)
            (message as FeedNotice.Repair)?.Done.SetResult();
    }

    private async ValueTask RepairAsync()
    {
        try
        {
            await CatchUpAsync(_stop.Token);
            _health.Followed();
        }
        catch (JournalException failure)
        {
            _health.Followed(failure);
        }
        catch (OperationCanceledException) { }
    }

    private async ValueTask CatchUpAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var mine = _replica.State.Head;
            var page = await _journal.ReadAsync(mine.Position, PageEntries, cancellation);
            if (page.IsEmpty)
            {
                if (!await HoldsAsync(mine, cancellation))
                    await ResyncAsync(mine, cancellation);
                return;
            }
            var opened = EntryChain.Open(mine.Position, mine.Hash, page);
            if (!opened.Items.IsEmpty)
                Deliver(opened.Items);
            else if (await HoldsAsync(mine, cancellation))
                throw Unreadable(opened);
            else
                await ResyncAsync(mine, cancellation);
        }
    }

    // Not guessed, not passed over: the replica stays before the entry, in a state that is named, until a person has looked.
    private JournalException Unreadable(EntryChain.Opened opened)
    {
        var message = $"journal {_journal.Name}: {opened.Damage}";
        if (_health.LastAlarm is not { Kind: HiveAlarmKind.JournalUnreadable } last || last.Ours != opened.Head)
            _health.Raise(new HiveAlarm(HiveAlarmKind.JournalUnreadable, message, opened.Head, opened.Head));
        return new JournalException(JournalFailure.Unreadable, message);
    }

    // Apply, then publish with the tags (both in the replica), then the readers: who reads an entry finds it in the replica.
    private void Deliver(ImmutableArray<FeedItem.Stored> items)
    {
        _replica.Apply(items.AsSpan());
        Show(_window.With(items.AsSpan(), _windowLimit));
    }

    private async ValueTask ResyncAsync(JournalHead mine, CancellationToken cancellation)
    {
        var state = await ReplayPath.ReadStateAsync(_journal, long.MaxValue, cancellation);
        var theirs = state.Head;
        if (theirs.Position == 0)
        {
            // A journal that was deleted must not delete the network: go on headless until somebody restores it.
            throw new JournalException(
                JournalFailure.Unreadable,
                $"journal {_journal.Name} is empty, but this node has followed it up to {mine}; restore a backup, or for a new network give the agent an empty --state"
            );
        }
        _health.Raise(HiveAlarm.Replaced(_journal.Name, mine, theirs));
        _replica.Resync(state);
        Show(new FeedWindow(_window.Epoch + 1, theirs, []));
    }

    private void Show(FeedWindow next)
    {
        var shown = _window;
        Volatile.Write(ref _window, next);
        shown.TellMoved();
        Moved?.Invoke();
    }

    private async ValueTask<bool> HoldsAsync(JournalHead place, CancellationToken cancellation)
    {
        if (place.Position == 0)
            return true;
        var found = await _journal.ReadAsync(place.Position - 1, 1, cancellation);
        return !found.IsEmpty && found[0].Head == place;
    }
}
