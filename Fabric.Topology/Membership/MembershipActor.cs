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

    private const int TurnNews = 256;

    // A database that neither answers nor fails is as good as away.
    private static readonly TimeSpan s_readingIsOld = Lease.RenewInterval * 3;

    private readonly HiveOptions _options;
    private readonly ITopologyReplica _replica;
    private readonly IPeers? _peers;
    private readonly Mailbox<News> _mailbox;
    private readonly ITimer _tick;
    private readonly IDisposable? _listening;
    private readonly LeaseLoop? _leases;
    private readonly Dictionary<HostId, (Heartbeat Beat, long At)> _heard = [];
    private readonly Dictionary<HostId, MemberState> _states = [];
    private LeaseReading _reading = LeaseReading.Away;
    private long _readAt;
    private long? _readableSince;
    private TaskCompletionSource _changed = NewChange();
    private MemberView _view;
    private long _positionEverywhere;

    /// <summary>Begins with this node alone.</summary>
    /// <param name="options">This node, its start and its place.</param>
    /// <param name="replica">Who is described, and how far this node has followed.</param>
    /// <param name="peers">Messages to others; null where there are none.</param>
    /// <param name="leases">The list in the journal's database; null where there is none.</param>
    public MembershipActor(HiveOptions options, ITopologyReplica replica, IPeers? peers, ILeases? leases)
    {
        (_options, _replica, _peers) = (options, replica, peers);
        _view = new MemberView([MakeSelf()], _changed.Task);
        _mailbox = new Mailbox<News>(options.Runtime, Capacity, TurnNews, Receive);
        _listening = peers?.Listen(PeerTopic.Heartbeat, Hear);
        _leases = leases is null
            ? null
            : new LeaseLoop(options.Runtime, leases, MakeLease, reading => _mailbox.TryPost(new News(default, null, reading)));
        _tick = Time.CreateTimer(_ => _mailbox.TryPost(default), null, TimeSpan.Zero, Interval);
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

    /// <summary>Tells the others that this node ends, and gives its lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _tick.DisposeAsync();
        _listening?.Dispose();
        await _mailbox.DisposeAsync();
        SendAll(isLeaving: true);
        if (_leases is not null)
            await _leases.DisposeAsync();
    }

    private ValueTask Receive(IReadOnlyList<News> news)
    {
        foreach (var (host, beat, reading) in news)
        {
            if (beat is not null)
                _heard[host] = (beat, Time.GetTimestamp());
            else if (reading is not null)
                Read(reading);
            else
                SendAll(isLeaving: false);
        }
        Publish();
        return ValueTask.CompletedTask;
    }

    private void Hear(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out Heartbeat? beat, out _))
            _mailbox.TryPost(new News(sender, beat, null));
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
        var state = _replica.State;
        var place = new FeedPlace(state.Head.Position, state.Head.Hash.High, state.Head.Hash.Low);
        var (self, inForce) = (_options.Self, _options.InForce?.Invoke() ?? place.Position);
        var beat = new Heartbeat(self.Name, _options.Incarnation, place, inForce, (byte)self.Roles, CodecLevel.Current, isLeaving);
        var payload = PeerCodec.Encode(beat);
        foreach (var host in state.Topology.PeerKeys.Keys)
            _peers.TrySend(host, PeerTopic.Heartbeat, payload);
    }

    private void Publish()
    {
        var members = MakeMembers();
        Volatile.Write(ref _positionEverywhere, MemberHorizon.PositionOf(_replica.Topology, members));
        var before = _view;
        if (before.Members.Length == members.Length && before.Members.Zip(members).All(pair => pair.First.IsLike(pair.Second)))
        {
            Volatile.Write(ref _view, new MemberView(members, before.Changed));
            return;
        }
        var told = _changed;
        _changed = NewChange();
        Volatile.Write(ref _view, new MemberView(members, _changed.Task));
        told.SetResult();
    }

    private ImmutableArray<Member> MakeMembers()
    {
        var topology = _replica.Topology;
        var rows = _reading.Rows.IsDefault ? [] : _reading.Rows.ToDictionary(row => row.Lease.Host);
        foreach (var gone in _heard.Keys.Where(host => !topology.Hosts.ContainsKey(host)).ToArray())
            _heard.Remove(gone);
        var members = ImmutableArray.CreateBuilder<Member>();
        var hosts = topology.Hosts.Keys.Concat(rows.Keys).Concat(_states.Keys).Append(Self);
        foreach (var host in hosts.Distinct().OrderBy(host => host.Value))
        {
            var member = host == Self ? MakeSelf() : MakeMember(topology, host, rows.GetValueOrDefault(host));
            if (member is null)
                continue;
            members.Add(member);
            if (host != Self)
                _states[host] = member.State;
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
            InForce = _options.InForce?.Invoke() ?? position,
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
        var hearing = MemberJudgement.HearingOf(hasWay, heardAgo, isLeaving);
        return MemberJudgement.Judge(standing, hearing, _states.TryGetValue(host, out var before) ? before : null);
    }

    private TimeSpan? AgeOf(LeaseRow? row) => row is null ? null : row.Age + Time.GetElapsedTime(_readAt);

    private Lease MakeLease() => Lease.Of(_options, _replica.Topology.Position);

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A heartbeat, a reading, or, the default, that a second has passed.</summary>
    private readonly record struct News(HostId Host, Heartbeat? Beat, LeaseReading? Reading);
}
