using System.Collections.Immutable;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Membership;

/// <summary>Tells all others every second that this node lives, hears the same of them, reads their leases, and publishes who takes part.</summary>
public sealed class MembershipActor : IMembership, IAsyncDisposable
{
    /// <summary>How many messages may wait; a heartbeat that finds no room is followed by another.</summary>
    public const int Capacity = 4096;

    /// <summary>How often a heartbeat goes to every other host, and the view is made anew.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Hosts that a heartbeat goes to in one <see cref="Interval"/> at most: where there are more, each hears less often, and has as much more patience.</summary>
    public const int MaxBeats = 64;

    private const int TurnNews = 256;

    // A database that neither answers nor fails is as good as away.
    private static readonly TimeSpan s_readingIsOld = Lease.RenewInterval * 3;

    private readonly HiveOptions _options;
    private readonly ITopologyReplica _replica;
    private readonly IPeers? _peers;
    private readonly Mailbox<News> _mailbox;
    private readonly ITimer _tick;
    private readonly IDisposable? _listening;
    private readonly IDisposable? _asked;
    private readonly LeaseLoop? _leases;
    private readonly Dictionary<HostId, (Heartbeat Beat, long At)> _heard = [];
    private readonly Dictionary<HostId, MemberState> _states = [];
    private readonly Dictionary<HostId, long> _reachableSince = [];
    private readonly PositionWaits _waits = new();
    private LeaseReading _reading = LeaseReading.Away;
    private long _readAt;
    private long? _readableSince;
    private TaskCompletionSource _changed = NewChange();
    private MemberView _view;
    private long _positionEverywhere;
    private int _turn;

    /// <summary>Begins with this node and those that it presumes.</summary>
    /// <param name="options">This node, its start and its place.</param>
    /// <param name="replica">Who is described, and how far this node has followed.</param>
    /// <param name="peers">Messages to others; null where there are none.</param>
    /// <param name="leases">The list in the journal's database; null where there is none.</param>
    public MembershipActor(HiveOptions options, ITopologyReplica replica, IPeers? peers, ILeases? leases)
    {
        (_options, _replica, _peers) = (options, replica, peers);
        _view = new MemberView(MakeMembers(), _changed.Task);
        _mailbox = new Mailbox<News>(options.Runtime, Capacity, TurnNews, Receive);
        _listening = peers?.Listen(PeerTopic.Heartbeat, Hear);
        _asked = peers?.Listen(PeerTopic.Position, HearQuestion);
        _leases = leases is null
            ? null
            : new LeaseLoop(options.Runtime, leases, MakeLease, reading => _mailbox.TryPost(new News.Leases(reading)));
        if (options.InForce is { } gauge)
            gauge.Advanced += TellAdvance;
        _tick = Time.CreateTimer(_ => _mailbox.TryPost(News.Tick.Instance), null, TimeSpan.Zero, Interval);
    }

    /// <inheritdoc/>
    public HostId Self => _options.Self.Host;

    /// <inheritdoc/>
    public MemberView View => Volatile.Read(ref _view);

    /// <summary>The position that is in force at every host of the description, as far as known; <see cref="MemberHorizon"/>.</summary>
    public long PositionEverywhere => Volatile.Read(ref _positionEverywhere);

    /// <summary>This host's lease is another agent's: it was silent for so long that the other took its place.</summary>
    public bool IsReplaced => Volatile.Read(ref _reading).Other is not null;

    /// <summary>Ends with the actor.</summary>
    public Task Completion => _mailbox.Completion;

    private TimeProvider Time => _options.Runtime.Time;

    private long InForce => _options.InForce?.Position ?? _replica.State.Head.Position;

    /// <inheritdoc/>
    public async Task ReachedAsync(long position, bool isInForce, IReadOnlySet<HostId> hosts, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(() => done.TrySetCanceled(cancellation));
        await _mailbox.PostAsync(new News.Wait(new PositionWait(position, isInForce, hosts, done)), cancellation);
        await done.Task;
    }

    /// <summary>Tells the others that this node ends, and gives its lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _tick.DisposeAsync();
        if (_options.InForce is { } gauge)
            gauge.Advanced -= TellAdvance;
        _listening?.Dispose();
        _asked?.Dispose();
        await _mailbox.DisposeAsync();
        _waits.Cancel();
        SendAll(isLeaving: true);
        if (_leases is not null)
            await _leases.DisposeAsync();
    }

    private ValueTask Receive(IReadOnlyList<News> news)
    {
        var mustAsk = false;
        foreach (var item in news)
        {
            switch (item)
            {
                case News.Heard(var host, var beat):
                    _heard[host] = (beat, Time.GetTimestamp());
                    break;
                case News.Leases(var reading):
                    Read(reading);
                    break;
                case News.Asked(var host, var position):
                    _waits.Add(host, position);
                    break;
                case News.Wait(var wait):
                    _waits.Add(wait);
                    mustAsk = true;
                    break;
                case News.Tick:
                    SendAll(isLeaving: false);
                    mustAsk = true;
                    break;
            }
        }
        Publish();
        Answer();
        if (mustAsk)
            Ask();
        return ValueTask.CompletedTask;
    }

    private void Hear(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out Heartbeat? beat, out _))
            _mailbox.TryPost(new News.Heard(sender, beat));
    }

    private void HearQuestion(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out PositionAsked? asked, out _))
            _mailbox.TryPost(new News.Asked(sender, asked.Position));
    }

    // The next tick does the same, if there is no room.
    private void TellAdvance(long position) => _mailbox.TryPost(News.Advance.Instance);

    /// <summary>Tells those that asked for what is in force by now.</summary>
    private void Answer()
    {
        var askers = _waits.TakeAskers(InForce);
        if (askers.IsEmpty)
            return;
        var payload = MakeBeat(isLeaving: false);
        foreach (var host in askers)
            _peers!.TrySend(host, PeerTopic.Heartbeat, payload);
    }

    private void Ask()
    {
        foreach (var (host, position) in _waits.ToAsk(_view.Members))
        {
            if (host != Self)
                _peers?.TrySend(host, PeerTopic.Position, PeerCodec.Encode(new PositionAsked(position)));
        }
    }

    private void Read(LeaseReading reading)
    {
        _readAt = Time.GetTimestamp();
        if (reading.Rows.IsDefault)
            _readableSince = null;
        else
            (_readableSince, _) = (_readableSince ?? _readAt, Interlocked.Exchange(ref _reading, reading));
    }

    private void SendAll(bool isLeaving)
    {
        if (_peers is null)
            return;
        var payload = MakeBeat(isLeaving);
        var hosts = _replica.Topology.PeerKeys.Keys;
        var turns = TurnsFor(_replica.Topology);
        _turn = (_turn + 1) % turns;
        foreach (var host in hosts.Where(host => isLeaving || host.Value % (ulong)turns == (ulong)_turn))
            _peers.TrySend(host, PeerTopic.Heartbeat, payload);
    }

    /// <summary>After how many intervals every host has been told.</summary>
    private static int TurnsFor(TopologySnapshot topology) => Math.Max(1, (topology.PeerKeys.Count + MaxBeats - 1) / MaxBeats);

    private byte[] MakeBeat(bool isLeaving)
    {
        // In force is never past the replica, so it is read first.
        var inForce = InForce;
        var (self, head) = (_options.Self, _replica.State.Head);
        var place = new FeedPlace(head.Position, head.Hash.High, head.Hash.Low);
        return PeerCodec.Encode(
            new Heartbeat(self.Name, _options.Incarnation, place, inForce, (byte)self.Roles, CodecLevel.Current, isLeaving)
        );
    }

    private void Publish()
    {
        var members = MakeMembers();
        Volatile.Write(ref _positionEverywhere, MemberHorizon.PositionOf(_replica.Topology, members));
        var before = _view;
        if (before.Members.Length == members.Length && before.Members.Zip(members).All(pair => pair.First.IsLike(pair.Second)))
        {
            Volatile.Write(ref _view, new MemberView(members, before.Changed));
            _waits.Complete(members);
            return;
        }
        var told = _changed;
        _changed = NewChange();
        Volatile.Write(ref _view, new MemberView(members, _changed.Task));
        told.SetResult();
        _waits.Complete(members);
    }

    private ImmutableArray<Member> MakeMembers()
    {
        var topology = _replica.Topology;
        var rows = _reading.Rows.IsDefault ? [] : _reading.Rows.ToDictionary(row => row.Lease.Host);
        foreach (var gone in _heard.Keys.Where(host => !topology.Hosts.ContainsKey(host)).ToArray())
            _heard.Remove(gone);
        foreach (var gone in _reachableSince.Keys.Where(host => !topology.Hosts.ContainsKey(host)).ToArray())
            _reachableSince.Remove(gone);
        var members = ImmutableArray.CreateBuilder<Member>();
        var hosts = topology.Hosts.Keys.Concat(rows.Keys).Concat(_states.Keys).Append(Self);
        foreach (var host in hosts.Distinct().OrderBy(host => host.Value))
        {
            var member = host == Self ? MakeSelf() : MakeMember(topology, host, rows.GetValueOrDefault(host));
            if (member is null)
                continue;
            members.Add(member);
        }
        return members.DrainToImmutable();
    }

    private Member MakeSelf()
    {
        var position = _replica.Topology.Position;
        return _options.Self with
        {
            State = IsReplaced ? MemberState.Unreachable : MemberState.Live,
            Position = position,
            InForce = _options.InForce?.Position ?? position,
            Level = CodecLevel.Current,
            HeardAgo = TimeSpan.Zero,
            LeaseAge = AgeOf(_reading.Rows.IsDefault ? null : _reading.Rows.FirstOrDefault(row => row.Lease.Host == Self)),
        };
    }

    private Member? MakeMember(TopologySnapshot topology, HostId host, LeaseRow? row)
    {
        (Heartbeat Beat, long At)? heard = _heard.TryGetValue(host, out var found) ? found : null;
        TimeSpan? heardAgo = heard is { } last ? Time.GetElapsedTime(last.At) : null;
        var described = topology.Hosts.GetValueOrDefault(host);
        var state = described is null ? MemberState.Left : Judge(topology, host, row, heardAgo, heard?.Beat.IsLeaving ?? false);
        if (state is not { } standing)
            return null;
        if (described is null)
            _states[host] = standing;
        var beat = heard?.Beat;
        return new Member(
            host,
            described?.Name.Name ?? row?.Lease.Name ?? "",
            standing,
            beat is null ? row?.Lease.Roles ?? MemberRoles.None : (MemberRoles)beat.Roles,
            beat?.Place.Position ?? row?.Lease.Position ?? 0
        )
        {
            InForce = beat?.InForce ?? row?.Lease.Position ?? 0,
            Level = beat?.Level ?? row?.Lease.Level ?? 0,
            HeardAgo = heardAgo,
            LeaseAge = AgeOf(row),
        };
    }

    private MemberState? Judge(TopologySnapshot topology, HostId host, LeaseRow? row, TimeSpan? heardAgo, bool isLeaving)
    {
        var isReadable = _readableSince is not null && Time.GetElapsedTime(_readAt) < s_readingIsOld;
        var standing = MemberJudgement.StandingOf(row, isReadable ? Time.GetElapsedTime(_readableSince!.Value) : null);
        var hasKeys = topology.PeerKeys.ContainsKey(host) && topology.PeerKeys.ContainsKey(Self);
        var hasWay = _peers is not null && hasKeys && Underlay.TryPair(topology, Self, host, out _, out _);
        var more = Interval * (TurnsFor(topology) - 1);
        var hearing = MemberJudgement.HearingOf(hasWay, heardAgo, isLeaving, more);
        var hasTakenPart = topology.PeerKeys.ContainsKey(host);
        if (!hasWay)
            _reachableSince.Remove(host);
        else
            _reachableSince.TryAdd(host, Time.GetTimestamp());
        var listened = _reachableSince.TryGetValue(host, out var since) ? Time.GetElapsedTime(since) - more : TimeSpan.Zero;
        var before = _states.TryGetValue(host, out var known) ? known : MemberJudgement.Presume(hasTakenPart, listened);
        var judged = MemberJudgement.Judge(standing, hearing, before);
        // What was only presumed is presumed anew, until there is a lease or a message.
        if (judged is { } state && MemberJudgement.IsEvidence(standing, hearing))
            _states[host] = state;
        return judged;
    }

    private TimeSpan? AgeOf(LeaseRow? row) => row is null ? null : row.Age + Time.GetElapsedTime(_readAt);

    private Lease MakeLease() => Lease.Of(_options, _replica.Topology.Position);

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private abstract record News
    {
        /// <summary>A second has passed.</summary>
        public sealed record Tick : News
        {
            public static Tick Instance { get; } = new();
        }

        /// <summary>This node's packets are decided by a newer position.</summary>
        public sealed record Advance : News
        {
            public static Advance Instance { get; } = new();
        }

        public sealed record Heard(HostId Host, Heartbeat Beat) : News;

        public sealed record Leases(LeaseReading Reading) : News;

        public sealed record Asked(HostId Host, long Position) : News;

        public sealed record Wait(PositionWait Request) : News;
    }
}
