using System.Collections.Immutable;
using Fabric.Agent.Effects;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Balancing.Checks;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Protocol;
using Fabric.Simulation;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Checks;

/// <summary>Checks the members of the pools that are this host's duty, and hands what members answer to the host whose duty they are.</summary>
/// <remarks>
/// Questions leave as the router's own packets, by the first upcall thread; answers come in wherever the member is. What is found is a learned fact.
/// A host whose duty a router is no more stops asking, and the next goes on from the facts; <see cref="CheckRota"/> tells who that is.
/// </remarks>
public sealed class CheckActor : IReplicaSubscriber, IAsyncDisposable
{
    /// <summary>Answers that may wait; one more is lost, and its check is asked again.</summary>
    public const int Capacity = 4096;

    private const int TurnLetters = 256;

    /// <summary>The least time between two turns that nobody asked for.</summary>
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(10);

    private readonly IHive _hive;
    private readonly NetworkView _view;
    private readonly UpcallShard _sender;
    private readonly ActorRuntime _runtime;
    private readonly long _started;
    private readonly Checker _checker;
    private readonly CheckRota _rota;
    private readonly Mailbox<Letter> _mailbox;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly IDisposable _following;
    private readonly IDisposable? _listening;
    private readonly IDisposable? _beats;
    private readonly Task _watching;
    private object? _routers;
    private Task? _changed;
    private TimeSpan? _lastAnswer;
    private int _isWoken;

    /// <summary>Begins to check.</summary>
    /// <param name="hive">Tells whose duty what is, and takes what is found.</param>
    /// <param name="view">The network as packets are decided by.</param>
    /// <param name="sender">The thread that sends the questions.</param>
    /// <param name="draw">Draws sequence numbers, which nobody can guess.</param>
    /// <param name="runtime">What it runs on.</param>
    public CheckActor(IHive hive, NetworkView view, UpcallShard sender, Func<uint> draw, ActorRuntime runtime)
    {
        (_hive, _view, _sender, _runtime) = (hive, view, sender, runtime);
        _started = runtime.Time.GetTimestamp();
        _rota = new CheckRota(view.Self);
        _checker = new Checker(Known, draw, (talk, server) => new TlsSession(talk, server));
        _mailbox = new Mailbox<Letter>(runtime, Capacity, TurnLetters, Receive);
        _timer = runtime.Time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _following = hive.Replica.Subscribe(this);
        _listening = hive.Peers?.Listen(PeerTopic.Checks, Hear);
        _beats = hive.Peers?.Listen(PeerTopic.CheckBeats, HearBeat);
        _watching = runtime.Start(WatchAsync);
    }

    /// <summary>Members that this host checks.</summary>
    public int Count { get; private set; }

    /// <summary>Checks that have ended, by <see cref="CheckResult"/>.</summary>
    public IReadOnlyList<long> Results => _checker.Results;

    /// <summary>Ends with the mailbox, or with the exception of a bug of ours.</summary>
    public Task Completion => _mailbox.Completion;

    /// <summary>A member answered a check of some router's at this host; any thread.</summary>
    public void Hear(RouterId router, ReadOnlySpan<byte> frame) =>
        _mailbox.TryPost(new Letter(new CheckHeard(router, [.. frame[..Math.Min(frame.Length, CheckHeard.MaxFrameLength)]])));

    /// <summary>The description has changed.</summary>
    public void Post(ReadOnlySpan<FlowTag> touched) => Wake();

    /// <summary>The description has changed.</summary>
    public void PostCompareAll() => Wake();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _following.Dispose();
        _listening?.Dispose();
        _beats?.Dispose();
        await _timer.DisposeAsync();
        await _watching;
        await _mailbox.DisposeAsync();
        _stop.Dispose();
    }

    private TimeSpan Now => _runtime.Time.GetElapsedTime(_started);

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0 && !_mailbox.TryPost(default))
            Volatile.Write(ref _isWoken, 0);
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var changed = _hive.Membership.View.Changed;
            Wake();
            // The actor's own wait for an end: that of the framework ends on a thread of the pool.
            await changed
                .Until(_stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private void Hear(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out CheckHeard? heard, out _))
            _mailbox.TryPost(new Letter(heard, sender));
    }

    private void HearBeat(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out CheckBeat? beat, out _))
            _mailbox.TryPost(new Letter(null, sender, beat));
    }

    private ValueTask Receive(IReadOnlyList<Letter> letters)
    {
        Volatile.Write(ref _isWoken, 0);
        var topology = _view.Topology;
        foreach (var letter in letters)
        {
            if (letter is { Beat: { } beat, Sender: { } sender })
                _rota.Hear(sender, beat, Now);
        }
        Follow(topology);
        foreach (var letter in letters)
        {
            if (letter.Heard is { } heard)
                Take(heard, letter.Sender is null);
        }
        var due = Earlier(_checker.Turn(Now), _rota.Due);
        SendAll(topology);
        TellAll();
        Count = _checker.Count;
        var wait = due is { } next ? next - Now : Timeout.InfiniteTimeSpan;
        _timer.Change(due is not null && wait < LeastWait ? LeastWait : wait, Timeout.InfiniteTimeSpan);
        return ValueTask.CompletedTask;
    }

    private void Follow(TopologySnapshot topology)
    {
        var view = _hive.Membership.View;
        // A view that differs in positions and ages alone has the same change to wait for.
        var isOther = !ReferenceEquals(_routers, topology.Routers) || _changed != view.Changed;
        if (isOther)
        {
            (_routers, _changed) = (topology.Routers, view.Changed);
            Tell(_rota.Follow(topology.Routers.Values, view), new CheckBeat(0));
        }
        if (_rota.Pass(Now) || isOther)
            _checker.Follow(_rota.Mine, Now);
        _checker.TrustsSilence = _rota.IsHeardOfOthers(view, _lastAnswer, Now);
        var (next, beat) = _rota.TakeBeats(Now);
        Tell(next, beat);
    }

    private void Tell(IReadOnlyCollection<HostId> hosts, CheckBeat beat)
    {
        if (hosts.Count == 0)
            return;
        var payload = PeerCodec.Encode(beat);
        foreach (var host in hosts)
            _hive.Peers?.TrySend(host, PeerTopic.CheckBeats, payload);
    }

    /// <summary>What came in here is for the host that asked; what another sent here came for this one.</summary>
    private void Take(CheckHeard heard, bool isOwn)
    {
        if (!isOwn)
        {
            _lastAnswer = Now;
            _checker.Take(heard.Router, heard.Frame.AsSpan(), Now);
            return;
        }
        var toStandIn = ProbeAnswer.TryRead(heard.Frame.AsSpan(), out var answer) && CheckPorts.IsOfStandIn(answer.OwnPort);
        foreach (var host in _rota.AskersOf(heard.Router, toStandIn))
        {
            if (host == _view.Self)
                _checker.Take(heard.Router, heard.Frame.AsSpan(), Now);
            else
                _hive.Peers?.TrySend(host, PeerTopic.Checks, PeerCodec.Encode(heard));
        }
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private void SendAll(TopologySnapshot topology)
    {
        foreach (var (member, packet) in _checker.Wishes)
        {
            if (OwnWay.TryFind(topology, _view.Learned, member.Pool.Router, member.Address, out var way))
                _sender.Inbox.TryPost(() => Send(_sender.Parts.Effects, way, member, packet));
            else
                _checker.Fail(member, Now);
        }
        _checker.Wishes.Clear();
    }

    /// <summary>On the upcall thread. A packet that lacks the next hop's address is not kept: it is sent again soon.</summary>
    private static void Send(EffectRunner effects, OwnWay way, MemberKey member, ProbePacket packet)
    {
        if (way is not { Mac: { } to, Port.Mac: { } from })
        {
            effects.Refresh(new NeighborKey(way.Port.Id, way.Hop));
            return;
        }
        Span<byte> frame = stackalloc byte[ProbePacket.MaxFrameLength];
        var length = packet.Write(frame, new PacketAddresses(from, to, way.Source, member.Address));
        effects.Say(way.Port.Id, frame[..length]);
    }

    private void TellAll()
    {
        foreach (var (member, health) in _checker.News)
            _hive.Learned.LearnMember(member, health);
        _checker.News.Clear();
    }

    private KnownHealth? Known(MemberKey member) =>
        _hive.Learned.MemberOf(member) is { } known ? new KnownHealth(known.Health, known.Owner == _view.Self) : null;

    /// <summary>An answer, a beat of another host, or, the default, that there is something to do.</summary>
    /// <param name="Heard">What a member answered.</param>
    /// <param name="Sender">The host that sent it; null if it came in here.</param>
    /// <param name="Beat">The beat.</param>
    private readonly record struct Letter(CheckHeard? Heard, HostId? Sender = null, CheckBeat? Beat = null);
}
