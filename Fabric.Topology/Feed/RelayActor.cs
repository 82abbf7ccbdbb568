using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Peers;

namespace Fabric.Topology.Feed;

/// <summary>Lets a node follow the feed of another node in place of the database, and feeds those that follow this one.</summary>
/// <remarks>
/// The follower asks again and again, and is fed from where it says that it is; so nothing need be acknowledged, and whatever was lost comes
/// again. A source that falls silent, refuses or turns out to follow this very node is left for the next, and the last resort is the
/// database. Every entry is held to the chain of hashes. Cut by side: Feeding.
/// </remarks>
public sealed partial class RelayActor : IAsyncDisposable
{
    /// <summary>How many messages may wait; one that finds no room is asked for again.</summary>
    public const int Capacity = 4096;

    /// <summary>How often a follower asks, which is how soon a lost part is missed.</summary>
    public static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a source may be silent, and how long a follower is fed after it asked last.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int TurnNotices = 256;

    /// <summary>Parts that a source may send ahead of the next question.</summary>
    private const int Credit = 64;

    private static readonly TimeSpan s_gapPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_penalty = TimeSpan.FromSeconds(10);

    private readonly HostId _self;
    private readonly TimeProvider _time;
    private readonly IRelayFeed _feed;
    private readonly IPeers _peers;
    private readonly Func<ImmutableArray<HostId>> _sources;
    private readonly Func<RelayReach> _own;
    private readonly Mailbox<RelayNotice> _mailbox;
    private readonly IDisposable _listening;
    private readonly ITimer _tick;
    private readonly CancellationTokenSource _stop = new();
    private readonly EntryAssembly _assembly = new();
    private readonly Dictionary<HostId, long> _shunned = [];
    private HostId? _source;
    private ImmutableArray<HostId> _way = [];
    private long _heard;
    private long _asked;
    private int _used;
    private int _isWoken;
    private TaskCompletionSource? _following;
    private RelayView _view;

    /// <summary>Begins to feed and, if there are sources, to follow.</summary>
    /// <param name="runtime">What it runs on.</param>
    /// <param name="self">This node.</param>
    /// <param name="feed">This node's feed.</param>
    /// <param name="peers">Carries the messages.</param>
    /// <param name="sources">The nodes to follow, best first; none to read the database. Asked twice a second.</param>
    /// <param name="own">How far this node is, without those that it feeds.</param>
    public RelayActor(
        ActorRuntime runtime,
        HostId self,
        IRelayFeed feed,
        IPeers peers,
        Func<ImmutableArray<HostId>> sources,
        Func<RelayReach> own
    )
    {
        (_self, _time, _feed, _peers, _sources, _own) = (self, runtime.Time, feed, peers, sources, own);
        _view = new RelayView(null, 0, own());
        _assembly.Restart(feed.Head);
        _mailbox = new Mailbox<RelayNotice>(runtime, Capacity, TurnNotices, ReceiveAsync);
        _listening = peers.Listen(PeerTopic.Feed, Hear);
        _feed.Moved += Wake;
        _tick = _time.CreateTimer(_ => Wake(), null, TimeSpan.Zero, AskInterval);
    }

    /// <summary>Whom this node follows and feeds.</summary>
    public RelayView View => Volatile.Read(ref _view);

    /// <summary>Ends when this node has lost whom it follows and must look at the database again; null while it follows nobody.</summary>
    public Task? Lost => Volatile.Read(ref _following)?.Task;

    /// <summary>Ends with the actor, or with the exception of a bug of ours.</summary>
    public Task Completion => _mailbox.Completion;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _feed.Moved -= Wake;
        _listening.Dispose();
        await _tick.DisposeAsync();
        _stop.Stop();
        await _mailbox.DisposeAsync();
        Leave();
        _stop.Dispose();
    }

    /// <summary>One wake stands for any number of reasons; a full mailbox is looked through anyway.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0 && !_mailbox.TryPost(default))
            Volatile.Write(ref _isWoken, 0);
    }

    private void Hear(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out RelayMessage? message, out _))
            _mailbox.TryPost(new RelayNotice(sender, message));
    }

    private async ValueTask ReceiveAsync(IReadOnlyList<RelayNotice> notices)
    {
        Volatile.Write(ref _isWoken, 0);
        var items = ImmutableArray.CreateBuilder<FeedItem.Stored>();
        var before = Resume();
        var mustAsk = false;
        foreach (var (sender, message) in notices)
        {
            if (message is RelayMessage.Ask ask)
                Note(sender, ask);
            else if (sender == _source && message is RelayMessage.Part part)
                mustAsk |= Take(part, items);
            else if (message is RelayMessage.Standing standing)
                mustAsk |= Take(sender, standing);
            else if (sender == _source && message is RelayMessage.Refusal)
                Shun(sender);
        }
        if (items.Count > 0)
            _feed.Offer(before, items.DrainToImmutable());
        Follow(mustAsk);
        await FeedAllAsync();
        Publish();
    }

    /// <summary>The place after which entries are put together: this node's own, unless what was taken is still on its way there.</summary>
    private JournalHead Resume()
    {
        var head = _feed.Head;
        var isOnItsWay = _assembly.Head.Position > head.Position && _time.GetElapsedTime(_heard) < AskInterval;
        if (_assembly.Head != head && !isOnItsWay)
            _assembly.Restart(head);
        return _assembly.Head;
    }

    /// <returns>True if this node must say where it is.</returns>
    private bool Take(RelayMessage.Part part, ImmutableArray<FeedItem.Stored>.Builder items)
    {
        _heard = _time.GetTimestamp();
        _used++;
        var outcome = _assembly.Add(part, items);
        if (outcome == PartOutcome.Unusable)
        {
            // Another past, or a kind that this program does not read: the database tells which, and what to do.
            Shun(_source!.Value);
            return false;
        }
        // Half of the credit is left for the time until the source hears of more.
        return outcome == PartOutcome.Gap || _used >= Credit / 2;
    }

    private bool Take(HostId sender, RelayMessage.Standing standing)
    {
        if (standing.Way.Contains(_self))
        {
            Shun(sender);
            return false;
        }
        _shunned.Remove(sender);
        if (sender != _source)
            return false;
        _heard = _time.GetTimestamp();
        _way = [sender, .. standing.Way];
        _following ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (standing.Head.Position == _assembly.Head.Position && standing.Head != _assembly.Head.Place)
            Shun(sender);
        return standing.Head.Position > _assembly.Head.Position && _used > 0;
    }

    /// <summary>Follows the best source that answers, and asks it.</summary>
    private void Follow(bool mustAsk)
    {
        var now = _time.GetTimestamp();
        var sources = _sources();
        if (_source is { } old && (!sources.Contains(old) || _time.GetElapsedTime(_heard) > Patience))
            Shun(old);
        var isDue = _time.GetElapsedTime(_asked) >= AskInterval;
        if (isDue)
        {
            // Whoever was left is asked now and then; its answer clears it.
            foreach (
                var host in sources.Where(host => _shunned.TryGetValue(host, out var since) && _time.GetElapsedTime(since) > s_penalty)
            )
            {
                _shunned[host] = now;
                Send(host, new RelayMessage.Ask(_feed.Head.Place, 0, Credit: 0, default));
            }
        }
        var best = sources.Where(host => host != _self && !_shunned.ContainsKey(host)).Select(host => (HostId?)host).FirstOrDefault();
        if (best != _source)
        {
            // The new one is believed to be there until its patience is over; the database is looked at until it answers.
            Leave();
            (_source, _heard, mustAsk) = (best, now, true);
        }
        if (_source is not { } source || !(isDue || (mustAsk && _time.GetElapsedTime(_asked) >= s_gapPause)))
            return;
        (_asked, _used) = (now, 0);
        Send(source, new RelayMessage.Ask(_assembly.Head.Place, _assembly.Offset, Credit, ReachOfAll()));
    }

    private void Shun(HostId source)
    {
        _shunned[source] = _time.GetTimestamp();
        if (_source == source)
            Leave();
    }

    private void Leave()
    {
        (_source, _way) = (null, []);
        var following = _following;
        Volatile.Write(ref _following, null);
        following?.TrySetResult();
    }

    private void Publish() => Volatile.Write(ref _view, new RelayView(_following is null ? null : _source, _followers.Count, ReachOfAll()));

    private bool Send(HostId to, RelayMessage message) => _peers.TrySend(to, PeerTopic.Feed, PeerCodec.Encode(message));
}
