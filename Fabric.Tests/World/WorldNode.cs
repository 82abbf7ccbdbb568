using System.Threading.Channels;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;

namespace Fabric.Tests.World;

/// <summary>A host with its interfaces, datapath, clock and disk, and the agent on it, which may be killed and started at any time.</summary>
internal sealed class WorldNode
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_restartPause = TimeSpan.FromSeconds(1);

    private readonly World _world;
    private readonly long _ticks;
    private WorldProcess? _process;
    private WorldDatapath? _datapath;
    private WorldClock? _clock;
    private PeerKeyPair? _key;
    private bool _isStopping;
    private long _lastTurn;
    private int _lastLink = 1;

    public WorldNode(World world, int number)
    {
        (_world, Number) = (world, number);
        _ticks = world.Random.NextInt64(TimeSpan.TicksPerDay);
        Copy = new WorldReplicaStore(world.Random);
        var clock = new WorldClock(world.Thread.Time, _ticks);
        Check = new DecisionCheck(Id, world.Thread.Time);
        Switch = new WorldSwitch(clock)
        {
            Hit = (key, frame, flow) => Judge(key, frame, flow.Actions, $"flow {flow.Id}"),
            Left = (name, frame) => world.Stations.Take(this, name, frame),
            Encapsulated = (tunnel, frame) => world.CarryFrame(tunnel, frame),
        };
    }

    public int Number { get; }

    public HostId Id => new((ulong)Number);

    public string Name => $"h{Number}";

    public MemberRoles Roles => Number % 2 == 1 ? MemberRoles.All : MemberRoles.Edge | MemberRoles.Monitor;

    public IpAddress Address => IpAddress.Parse($"192.0.2.{Number}");

    public WorldSwitch Switch { get; }

    public WorldReplicaStore Copy { get; }

    public DecisionCheck Check { get; }

    /// <summary>The interfaces that are there.</summary>
    public Dictionary<string, Link> Links { get; } = [];

    /// <summary>What fails by chance at the datapath, of a hundred requests.</summary>
    public int Trouble { get; set; }

    /// <summary>How wrong the date of the host is.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>The upcall thread gets no processor until then.</summary>
    public DateTimeOffset PausedUntil { get; set; }

    /// <summary>The agent is to run.</summary>
    public bool IsStarted => _process is { IsDead: false };

    /// <summary>The agent that runs, with its hive; null until it has started.</summary>
    public AgentHost? Agent { get; private set; }

    public IHive? Hive { get; private set; }

    /// <summary>Starts an agent; it is there after a while, unless it may not begin.</summary>
    public void Start()
    {
        _clock = new WorldClock(_world.Thread.Time, _ticks) { Skew = Skew };
        _process = new WorldProcess(_world.Thread, _clock);
        var (process, incarnation) = (_process, _world.NextIncarnation());
        _world.Watch(process.Runtime.Start(() => LiveAsync(process, incarnation)), $"{Name} starts");
    }

    /// <summary>Ends the agent as SIGKILL does: at once, wherever it is. The kernel closes what it had open.</summary>
    public void Kill()
    {
        _process!.Kill();
        Copy.Crash();
        Leave();
        _world.Database.Disconnect(_process);
    }

    /// <summary>Ends the agent as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        var (process, agent, hive) = (_process!, Agent, Hive);
        // An agent that ends hears of no change any more: its flows are of before, until the next one has gone through them.
        _isStopping = true;
        if (agent is not null)
            await process.Runtime.Start(async () => await agent.DisposeAsync());
        if (hive is not null)
            await process.Runtime.Start(async () => await hive.DisposeAsync());
        process.Kill();
        Leave();
        _world.Database.Disconnect(process);
    }

    /// <summary>Has the running agent do something, as one of its own tasks.</summary>
    public Task<T> On<T>(Func<IHive, Task<T>> work)
    {
        // Not asynchronous: whoever waits for the first of several tasks would find itself on another thread.
        var result = new TaskCompletionSource<T>();
        var hive = Hive!;
        _world.Watch(_process!.Runtime.Start(AskAsync), $"a question at {Name}");
        return result.Task;

        async Task AskAsync()
        {
            try
            {
                result.SetResult(await work(hive));
            }
            catch (Exception ended) when (ended is ObjectDisposedException or OperationCanceledException or ChannelClosedException)
            {
                // An agent that ends need not answer.
            }
        }
    }

    /// <summary>An interface appears, or changes.</summary>
    public void Plug(string name, bool isUp)
    {
        var isNew = !Links.TryGetValue(name, out var link);
        link ??= NewLink(name);
        Links[name] = link with { IsUp = isUp };
        Agent?.Ports.Post(new LinkChange(isNew ? LinkChangeKind.Appeared : LinkChangeKind.Changed, Links[name]));
    }

    /// <summary>An interface vanishes; the kernel takes it off the datapath.</summary>
    public void Unplug(string name)
    {
        if (!Links.Remove(name, out var link))
            return;
        var port = Switch.Find(name);
        if (Switch.Detach(port))
            _datapath?.Vanish(port);
        Agent?.Ports.Post(new LinkChange(LinkChangeKind.Vanished, link));
    }

    /// <summary>Something fails by chance.</summary>
    public bool Fails() => _world.Random.Next(100) < Trouble;

    /// <summary>Holds what is done with a frame against what could be right.</summary>
    public void Judge(in FlowKey key, byte[] frame, FlowAction[] actions, string how)
    {
        Note();
        if (Check.Compare(key, frame, actions) is { } difference)
            _world.Fail($"{Name}, {how}, {_world.Describe(this, key, frame)}: {difference}");
    }

    /// <summary>Takes down how things are.</summary>
    public void Note()
    {
        if (Agent is { } agent)
            Check.Note(agent.View, agent.Shards[0].Parts.Ports);
    }

    private Link NewLink(string name) =>
        new()
        {
            Index = new LinkIndex(++_lastLink),
            Name = name,
            MtuBytes = 1500,
        };

    private async Task LiveAsync(WorldProcess process, ulong incarnation)
    {
        while (Hive is null)
        {
            try
            {
                _key = WorldKeys.Of(Number);
                Hive = await SqlHive.OpenAsync(new WorldJournal(_world.Database, Id.Value, process), Options(process, incarnation));
            }
            catch (Exception refused) when (refused is JournalException or MemberConflictException)
            {
                _world.Note($"{Name} cannot start: {refused.Message}");
                await Task.Delay(s_restartPause, process.Runtime.Time);
            }
        }
        _world.Watch(Hive.Completion, $"the hive of {Name}");
        _datapath = new WorldDatapath(this, _world.Random);
        var random = new Random((int)incarnation);
        var options = new AgentOptions
        {
            Liveness = _world.HasRelaysAndProbes ? ProbeTiming.Default : null,
            Random = random,
            DrawSequence = () => (uint)random.NextInt64(1L << 32),
            Incarnation = incarnation,
        };
        Agent = AgentHost.Compose(Hive, Id, _datapath, options, process.Runtime, () => [new LinkAddress(new LinkIndex(1), Address)]);
        Hive.Replica.Subscribe(new Preemption(this));
        _world.Watch(Agent.Failure, $"the agent of {Name}");
        _world.Watch(Agent.Ports.Completion, $"the ports of {Name}");
        if (Agent.Exchange is { } exchange)
            _world.Watch(exchange.Completion, $"the connections of {Name}");
        Switch.Agent = _datapath;
        Note();
        _world.Thread.Threads.Add(Turn);
        WakeLater(process);
        Agent.Ports.Post(new LinkChange(LinkChangeKind.Appeared, NewLink("underlay") with { Index = new LinkIndex(1), IsUp = true }));
        foreach (var link in Links.Values)
            Agent.Ports.Post(new LinkChange(LinkChangeKind.Appeared, link));
        Agent.Ports.PostAllTold();
    }

    private HiveOptions Options(WorldProcess process, ulong incarnation) =>
        new()
        {
            Runtime = process.Runtime,
            Self = new Member(Id, Name, MemberState.Live, Roles),
            Incarnation = incarnation,
            Holder = new LeaseHolder($"folder {Number}", "boot"),
            PeerKey = _key,
            OpenTransport = (_, _) => _world.Underlay.Attach(Address),
            LocalCopy = Copy.Open(),
            FeedWindow = 16,
            SnapshotEvery = 12,
            Follows = _world.HasRelaysAndProbes ? [.. Enumerable.Range(1, Number - 1).Reverse().Select(number => $"h{number}")] : [],
        };

    /// <summary>One turn of the upcall thread, if it has something to do and a processor to do it.</summary>
    private bool Turn()
    {
        if (Agent is not { } agent || _datapath!.IsClosed || PausedUntil > _world.Thread.Time.GetUtcNow())
            return false;
        var shard = agent.Shards[0];
        var isDue = _world.Thread.Time.GetElapsedTime(_lastTurn) >= s_pollInterval;
        if (!isDue && !shard.Inbox.Wake.IsSet && !_datapath!.HasMisses)
            return false;
        _lastTurn = _world.Thread.Time.GetTimestamp();
        shard.Loop.Turn(TimeSpan.Zero);
        Note();
        if (!_isStopping && !shard.Inbox.Wake.IsSet && shard.Parts.Keeper is { Waiting: 0, HasAdopted: true })
            Check.Settle();
        return true;
    }

    /// <summary>The thread waits a while at most; time must not pass without it.</summary>
    private void WakeLater(WorldProcess process) => process.Runtime.Time.CreateTimer(_ => { }, null, s_pollInterval, s_pollInterval);

    private void Leave()
    {
        _world.Thread.Threads.Remove(Turn);
        Agent?.Shards[0].Inbox.Dispose();
        _key?.Dispose();
        _world.Underlay.Detach(Address);
        (Agent, Hive, Switch.Agent, _datapath, _key, _isStopping) = (null, null, null, null, null, false);
    }

    /// <summary>The upcall thread runs on a processor of its own: it may take a turn while the replica is still telling what a change touches.</summary>
    private sealed class Preemption(WorldNode node) : Fabric.Topology.Replica.IReplicaSubscriber
    {
        public void Post(ReadOnlySpan<FlowTag> tags) => PostCompareAll();

        public void PostCompareAll()
        {
            if (node._world.Random.Next(2) == 0)
                node.Turn();
        }
    }
}
