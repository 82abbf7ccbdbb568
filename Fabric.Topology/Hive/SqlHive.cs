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

/// <summary>A hive whose one order and durability are a journal in a database.</summary>
/// <remarks>Every process that has the journal open is a node; any of them takes any command; none is special.</remarks>
public sealed class SqlHive : IHive
{
    private readonly IJournal _journal;
    private readonly TopologyReplica _replica;
    private readonly FeedActor _feed;
    private readonly AppendActor _append;
    private readonly EntityHost _entities;
    private readonly LearnedExchangeActor? _exchange;
    private readonly RelayActor? _relay;
    private readonly JournalWatchLoop _watch;
    private readonly ReplicaStoreLoop? _localCopy;
    private readonly PeerKeyPair? _peerKey;
    private readonly PeerActor? _peers;
    private readonly MembershipActor? _membership;
    private readonly HostKeyLoop? _hostKey;
    private bool _isClosed;

    private SqlHive(IJournal journal, ReplicaState state, HiveHealth health, HiveOptions options)
    {
        var runtime = options.Runtime;
        _journal = journal;
        Health = health;
        _replica = new TopologyReplica(state);
        _feed = new FeedActor(runtime, journal, _replica, Health, options.FeedWindow);
        _append = new AppendActor(options, journal, _replica, _feed, Health);
        _entities = new EntityHost(runtime, new ChangePath(_replica, _append, _feed, journal));
        Learned = new LearnedTable(options.Self.Host, _replica, runtime.Time);
        _localCopy = options.LocalCopy is { } store ? new ReplicaStoreLoop(options, store, _replica, _feed, Health) : null;
        _peerKey = options.PeerKey;
        if (options is { PeerKey: { } key, OpenTransport: { } open })
            _peers = new PeerActor(runtime, options.Self.Host, _replica, key, open(options.Self.Host, _replica));
        if (_peers is not null)
            _exchange = new LearnedExchangeActor(options, _replica, Learned, _peers);
        var leases = options.Holder is null ? null : journal as ILeases;
        if (_peers is not null || leases is not null)
            _membership = new MembershipActor(options, _replica, _peers, leases);
        Membership = (IMembership?)_membership ?? new LocalMembership(options.Self, _replica);
        _append.Readers = () => LowestLevel.Of(Membership.View.Members);
        _append.PositionEverywhere = () => _membership?.PositionEverywhere ?? 0;
        if (_membership is not null && _peers is not null)
            _hostKey = new HostKeyLoop(options, _replica, () => !_membership.IsReplaced, SubmitAsync);
        if (_peers is not null)
            _relay = new RelayActor(runtime, options.Self.Host, _feed, _peers, () => SourcesOf(options), () => ReachOf(options));
        _watch = new JournalWatchLoop(runtime, journal, _feed, Health, _relay);
        Completion = CompleteAsync();
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
    public Task Completion { get; }

    /// <summary>
    /// Reads the state that the journal holds and begins to follow it. When the journal is away and <see cref="HiveOptions.LocalCopy"/> holds
    /// a state, it begins with that, and catches up when the journal is back.
    /// </summary>
    /// <param name="journal">The journal; closed with the hive, also when opening fails.</param>
    /// <param name="options">How the hive works in this process.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MemberConflictException">Another agent runs as this host.</exception>
    public static Task<IHive> OpenAsync(IJournal journal, HiveOptions options, CancellationToken cancellation = default) =>
        OpenAsync(_ => journal, options, cancellation);

    /// <summary>The same with a journal that is opened in another way when this node has followed it before.</summary>
    /// <param name="open">Gives the journal; is told what the local copy holds, or null.</param>
    /// <param name="options">How the hive works in this process.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MemberConflictException">Another agent runs as this host.</exception>
    internal static async Task<IHive> OpenAsync(Func<ReplicaState?, IJournal> open, HiveOptions options, CancellationToken cancellation)
    {
        IJournal? journal = null;
        try
        {
            var health = new HiveHealth(options.OnAlarm);
            var kept = await StartPath.LoadAsync(options.LocalCopy, health, cancellation);
            journal = open(kept);
            var state = await StartPath.ReadAsync(journal, kept, options, health, cancellation);
            var opened = options with { Self = Recognize(options.Self, state.Topology) };
            // While the journal is away nobody can be asked; who has the host meanwhile is found out when it is back.
            if (health.Failure is null && opened.Holder is not null && journal is ILeases leases)
                await LeaseLoop.TakeAsync(leases, Lease.Of(opened, state.Head.Position), opened.Runtime.Time, cancellation);
            return new SqlHive(journal, state, health, opened);
        }
        catch
        {
            if (journal is not null)
                await journal.DisposeAsync();
            if (options.LocalCopy is { } copy)
                await copy.DisposeAsync();
            options.PeerKey?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SubmitResult> SubmitAsync(CommandEnvelope envelope, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (EnvelopeRules.Judge(envelope) is { } rejection)
            return new SubmitResult.Rejected(rejection);
        if (EntityHost.SubjectOf(envelope.Command) is not { } subject)
            return new SubmitResult.Accepted(_replica.State.Head.Position, []);
        // From here on the way is ChangePath's, in the turn of the device's actor.
        return await _entities.AskAsync(subject, envelope, cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<FeedItem> FeedAsync(long after, EntryHash? hash = null, CancellationToken cancellation = default) =>
        _feed.ReadAsync(after, hash, cancellation);

    /// <inheritdoc/>
    public async ValueTask<TopologySnapshot> ReadPastAsync(long position, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        var state = await ReplayPath.ReadStateAsync(_journal, position, cancellation);
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

    private static Member Recognize(Member self, TopologySnapshot topology) =>
        topology.Find(DeviceKind.Host, new DeviceName("", self.Name)) is Host host ? self with { Host = host.Id } : self;

    /// <summary>The nodes to follow: those that were named, and while the database is away those that are farther than this one.</summary>
    private ImmutableArray<HostId> SourcesOf(HiveOptions options)
    {
        var (topology, members) = (_replica.Topology, Membership.View.Members);
        var named = options
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

    private RelayReach ReachOf(HiveOptions options)
    {
        var position = _replica.Topology.Position;
        return new RelayReach(1, position, Math.Min(position, options.InForce?.Position ?? position));
    }

    // At once with the first that fails, not when the last has ended.
    private async Task CompleteAsync()
    {
        Task[] parts =
        [
            _feed.Completion,
            _append.Completion,
            _peers?.Completion ?? _feed.Completion,
            _membership?.Completion ?? _feed.Completion,
            _exchange?.Completion ?? _feed.Completion,
            _relay?.Completion ?? _feed.Completion,
        ];
        await await Task.WhenAny(parts);
        await Task.WhenAll(parts);
    }

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
        _peerKey?.Dispose();
        await _watch.DisposeAsync();
        await _append.DisposeAsync();
        if (_localCopy is not null)
            await _localCopy.DisposeAsync();
        await _feed.DisposeAsync();
        await _journal.DisposeAsync();
    }
}
