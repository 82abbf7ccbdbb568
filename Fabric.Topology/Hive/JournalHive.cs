using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Entities;
using Fabric.Topology.Feed;
using Fabric.Topology.Journal;
using Fabric.Topology.Learned;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Hive;

/// <summary>A hive that follows a journal: all that the kinds have in common. How a command gets into the journal is the kind's business.</summary>
/// <remarks>
/// The replica, what is learned, the messages to other hosts and the list of members go on whatever becomes of the writing side; that is what
/// keeps packets going while a node is cut off.
/// </remarks>
public abstract class JournalHive : IHive
{
    private readonly PastStates _past = new();
    private readonly HiveOptions _options;
    private readonly IJournalReader _journal;
    private readonly TopologyReplica _replica;
    private readonly FeedActor _feed;
    private readonly LearnedExchangeActor? _exchange;
    private readonly ReplicaStoreLoop? _localCopy;
    private readonly PeerActor? _peers;
    private readonly MembershipActor? _membership;
    private HostKeyLoop? _hostKey;
    private RelayActor? _relay;
    private JournalWatchLoop? _watch;
    private bool _isClosed;

    /// <summary>Puts the parts together; <see cref="Begin"/> sets them going.</summary>
    /// <param name="journal">What is followed; closed with the hive.</param>
    /// <param name="leases">The list of members; null where there is none.</param>
    /// <param name="state">What to begin with.</param>
    /// <param name="health">Where the parts note how they are.</param>
    /// <param name="options">How the hive works in this process.</param>
    private protected JournalHive(IJournalReader journal, ILeases? leases, ReplicaState state, HiveHealth health, HiveOptions options)
    {
        var runtime = options.Runtime;
        (_options, _journal, Health) = (options, journal, health);
        _replica = new TopologyReplica(state);
        _feed = new FeedActor(runtime, journal, _replica, Health, options.FeedWindow);
        Learned = new LearnedTable(options.Self.Host, _replica, runtime.Time);
        _localCopy = options.LocalCopy is { } store ? new ReplicaStoreLoop(options, store, _replica, _feed, Health) : null;
        if (options is { PeerKey: { } key, OpenTransport: { } open })
            _peers = new PeerActor(runtime, options.Self.Host, _replica, key, open(options.Self.Host, _replica));
        if (_peers is not null)
            _exchange = new LearnedExchangeActor(options, _replica, Learned, _peers);
        if (_peers is not null || leases is not null)
            _membership = new MembershipActor(options, _replica, _peers, leases);
        Membership = (IMembership?)_membership ?? new LocalMembership(options.Self, _replica);
    }

    /// <inheritdoc/>
    public ITopologyReplica Replica => _replica;

    /// <inheritdoc/>
    public LearnedTable Learned { get; }

    /// <inheritdoc/>
    public IMembership Membership { get; }

    /// <inheritdoc/>
    public IPeers? Peers => _peers;

    /// <inheritdoc/>
    public RelayView? Relay => _relay?.View;

    /// <inheritdoc/>
    public HiveHealth Health { get; }

    /// <inheritdoc/>
    public Task Completion { get; private set; } = Task.CompletedTask;

    private protected TopologyReplica OwnReplica => _replica;

    private protected FeedActor Feed => _feed;

    /// <summary>The position that all members have reached, so that what was freed before is nobody's any more.</summary>
    private protected long PositionEverywhere => _membership?.PositionEverywhere ?? 0;

    /// <summary>What all members read.</summary>
    private protected LowestLevel Readers => LowestLevel.Of(Membership.View.Members);

    /// <inheritdoc/>
    public async ValueTask<SubmitResult> SubmitAsync(CommandEnvelope envelope, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (EnvelopeRules.Judge(envelope) is { } rejection)
            return new SubmitResult.Rejected(rejection);
        if (EntityHost.SubjectOf(envelope.Command) is not { } subject)
            return new SubmitResult.Accepted(_replica.State.Head.Position, []);
        return await ChangeAsync(subject, envelope, cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<FeedItem> FeedAsync(long after, EntryHash? hash = null, CancellationToken cancellation = default) =>
        _feed.ReadAsync(after, hash, cancellation);

    /// <inheritdoc/>
    public async ValueTask<TopologySnapshot> ReadPastAsync(long position, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        var state = await ReplayPath.ReadStateAsync(_journal, position, _past, cancellation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, state.Head.Position);
        return state.Topology;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> ReadHistoryAsync(
        long first,
        long last = long.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        await foreach (var item in ReplayPath.ReadEntriesAsync(_journal, first - 1, null, last, cancellation))
            yield return item.Entry;
    }

    /// <inheritdoc/>
    public abstract ValueTask<ActorsView> ReadActorsAsync(CancellationToken cancellation = default);

    /// <summary>Answers the commands that wait and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        // Membership first: the others learn that this node ends while there is still something to tell them by.
        if (_hostKey is not null)
            await _hostKey.DisposeAsync();
        if (_membership is not null)
            await _membership.DisposeAsync();
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_exchange is not null)
            await _exchange.DisposeAsync();
        if (_peers is not null)
            await _peers.DisposeAsync();
        _options.PeerKey?.Dispose();
        if (_watch is not null)
            await _watch.DisposeAsync();
        await CloseWriterAsync();
        if (_localCopy is not null)
            await _localCopy.DisposeAsync();
        await _feed.DisposeAsync();
        await _journal.DisposeAsync();
    }

    /// <summary>Has a legal command about a device decided, stored and applied.</summary>
    private protected abstract ValueTask<SubmitResult> ChangeAsync(
        DeviceRef subject,
        CommandEnvelope envelope,
        CancellationToken cancellation
    );

    /// <summary>Answers the commands that wait, and closes what wrote to the journal.</summary>
    private protected abstract ValueTask CloseWriterAsync();

    /// <summary>Sets everything going; the last thing that a kind's constructor does.</summary>
    /// <param name="writer">Ends with the writing side, or with the exception of a bug of ours.</param>
    private protected void Begin(Task writer)
    {
        var runtime = _options.Runtime;
        if (_membership is not null && _peers is not null)
            _hostKey = new HostKeyLoop(_options, _replica, () => !_membership.IsReplaced, SubmitAsync);
        if (_peers is not null)
            _relay = new RelayActor(runtime, _options.Self.Host, _feed, _peers, Sources, OwnReach);
        _watch = new JournalWatchLoop(runtime, _journal, _feed, Health, _relay);
        Completion = CompleteAsync(writer);
    }

    /// <summary>This node under the id that the description has for its name, if it has one.</summary>
    private protected static Member Recognize(Member self, TopologySnapshot topology) =>
        topology.Find(DeviceKind.Host, new DeviceName("", self.Name)) is Host host ? self with { Host = host.Id } : self;

    /// <summary>The nodes to follow: those that were named, and while the database is away those that are farther than this one.</summary>
    private ImmutableArray<HostId> Sources()
    {
        var (topology, members) = (_replica.Topology, Membership.View.Members);
        var named = _options
            .Follows.Select(name => topology.Find(DeviceKind.Host, new DeviceName("", name)))
            .OfType<Host>()
            .Select(host => host.Id);
        if (Health.Failure is null)
            return [.. named];
        var ahead = members
            .Where(member => member.State == MemberState.Live && member.Position > topology.Position)
            .OrderByDescending(member => member.Position)
            .Select(member => member.Host);
        return [.. named.Concat(ahead).Distinct()];
    }

    private RelayReach OwnReach()
    {
        var position = _replica.Topology.Position;
        return new RelayReach(1, position, Math.Min(position, _options.InForce?.Position ?? position));
    }

    // At once with the first that fails, not when the last has ended.
    private async Task CompleteAsync(Task writer)
    {
        Task[] parts =
        [
            _feed.Completion,
            writer,
            _peers?.Completion ?? _feed.Completion,
            _membership?.Completion ?? _feed.Completion,
            _exchange?.Completion ?? _feed.Completion,
            _relay?.Completion ?? _feed.Completion,
        ];
        await await Task.WhenAny(parts);
        await Task.WhenAll(parts);
    }
}
