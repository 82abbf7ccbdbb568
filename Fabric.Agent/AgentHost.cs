using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Api;
using Fabric.Agent.Checks;
using Fabric.Agent.Connections;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.Memory;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Liveness;
using Fabric.Agent.Metrics;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;

namespace Fabric.Agent;

/// <summary>Composes an agent: the hive, the upcall threads with their datapath, the interfaces of this host.</summary>
/// <remarks>The one place that knows all parts. What it starts, it stops, in the opposite order.</remarks>
public sealed class AgentHost : IAsyncDisposable
{
    private readonly InForceLoop _inForce;
    private readonly PortLeaseLoop _leases;
    private LinkLoop? _links;
    private readonly IDisposable _subscription;
    private readonly IDisposable _facts;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AgentHost(
        IHive hive,
        HostId self,
        ImmutableArray<IDatapath> datapaths,
        AgentOptions options,
        ActorRuntime runtime,
        Func<IReadOnlyList<LinkAddress>> listAddresses
    )
    {
        (Hive, Self) = (hive, self);
        View = new NetworkView(hive.Replica, hive.Learned) { Self = self };
        ImmutableArray<UpcallInbox> inboxes = [.. datapaths.Select(_ => new UpcallInbox())];
        var all = new UpcallInboxes(inboxes);
        options = options with { FlowLimit = options.FlowLimit / datapaths.Length };
        var use = new TunnelUse(View);
        Connections = new ConnectionHost(datapaths.Length, ConnectionLimits.Usual, runtime.Time, options.ConnectionSeed);
        if (options.ConnectionFolder is { } folder)
            RestoredConnections = Connections.Keep(folder, options.Warn);
        Shards = [.. datapaths.Select((datapath, number) => NewShard(datapath, number, inboxes, use, options, runtime.Time))];
        if (hive.Peers is { } peers)
            Exchange = new ConnectionExchangeActor(Connections, self, options.Incarnation, hive.Replica, peers, all, runtime);
        Introduce();
        Ports = new DatapathActor(self, hive, Shards, options.TunnelPort, runtime) { ListAddresses = listAddresses };
        // A datapath in memory leads nowhere: all members would be found down.
        if (datapaths[0] is not MemoryDatapath)
            Checks = new CheckActor(hive, View, Shards[0], options.DrawSequence, runtime);
        foreach (var shard in Shards)
            shard.Parts.Effects.HeardCheck = Checks is { } checks ? checks.Hear : null;
        _subscription = hive.Replica.Subscribe(all);
        _facts = hive.Learned.Subscribe(all);
        hive.Learned.Heard += Hear;
        foreach (var shard in Shards)
        {
            shard.Loop.Failed += Fail;
            shard.Loop.PortsVanished += Ports.PostVanished;
        }
        _leases = new PortLeaseLoop(hive, self, Connections, runtime);
        InForce = options.InForce;
        // Without interfaces there are no ports to bring about.
        _inForce = new InForceLoop(hive, Shards, options.Datapath == DatapathKind.None ? null : Ports, InForce, runtime, _leases);
    }

    /// <summary>What owns the description.</summary>
    public IHive Hive { get; }

    /// <summary>This host in the description.</summary>
    public HostId Self { get; }

    /// <summary>The network as packets are decided by.</summary>
    public NetworkView View { get; }

    /// <summary>The upcall threads; what is theirs is touched by them only, see <see cref="OnEachThreadAsync{T}"/>.</summary>
    public ImmutableArray<UpcallShard> Shards { get; }

    /// <summary>The connections that packets of this host have begun.</summary>
    public ConnectionHost Connections { get; }

    /// <summary>Tells other hosts of connections; null for an agent that talks to none.</summary>
    public ConnectionExchangeActor? Exchange { get; }

    /// <summary>Connections of the agent before that go on.</summary>
    public int RestoredConnections { get; }

    /// <summary>Attaches interfaces.</summary>
    public DatapathActor Ports { get; }

    /// <summary>Checks the members of pools; null where packets lead nowhere.</summary>
    public CheckActor? Checks { get; }

    /// <summary>The position that packets are decided by.</summary>
    public InForceGauge InForce { get; }

    /// <summary>Since when others know more of the journal.</summary>
    internal LagHost Lag { get; } = new(TimeProvider.System);

    /// <summary>Tells a collector the agent's metrics; null if nobody is to be told.</summary>
    internal OtlpLoop? Telemetry { get; set; }

    /// <summary>Ends with the exception of a part that cannot go on; the process should then end.</summary>
    public Task Failure => _failure.Task;

    /// <summary>Starts an agent over a hive that runs already; the agent owns neither the hive nor its journal.</summary>
    /// <exception cref="LinuxException">The datapath cannot be had.</exception>
    public static AgentHost Start(IHive hive, HostId self, AgentOptions options, TimeProvider clock)
    {
        ImmutableArray<IDatapath> datapaths = options.Datapath switch
        {
            DatapathKind.User => [new UserDatapath(clock)],
            DatapathKind.Kernel => OpenVSwitchDatapath.Open(options.DatapathName, options.UpcallThreads, options.UpcallDispatch, clock),
            DatapathKind.None => [new MemoryDatapath(clock)],
        };
        var agent = new AgentHost(hive, self, datapaths, options, new ActorRuntime(TaskScheduler.Default, clock), ListAddresses);
        agent.Begin(hasLinks: options.Datapath != DatapathKind.None);
        return agent;
    }

    /// <summary>Composes an agent whose threads do not run, for a world of one thread that takes their turns and tells of interfaces itself.</summary>
    /// <param name="hive">Runs already.</param>
    /// <param name="self">This host.</param>
    /// <param name="datapath">What forwards packets.</param>
    /// <param name="options">What else it runs on; which datapath is of no account.</param>
    /// <param name="runtime">What the parts run on that are no threads.</param>
    /// <param name="listAddresses">Lists the addresses of this host's links.</param>
    internal static AgentHost Compose(
        IHive hive,
        HostId self,
        IDatapath datapath,
        AgentOptions options,
        ActorRuntime runtime,
        Func<IReadOnlyList<LinkAddress>> listAddresses
    ) => new(hive, self, [datapath], options, runtime, listAddresses);

    /// <summary>Has every upcall thread read something of its own.</summary>
    public Task<T[]> OnEachThreadAsync<T>(Func<UpcallShard, T> read) => Task.WhenAll(Shards.Select(shard => shard.On(read, _ended.Token)));

    /// <summary>Has an upcall thread read something of its own.</summary>
    public Task<T> OnThreadAsync<T>(UpcallShard shard, Func<UpcallShard, T> read) => shard.On(read, _ended.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ended.Cancel();
        await _inForce.DisposeAsync();
        await _leases.DisposeAsync();
        _links?.Dispose();
        _subscription.Dispose();
        _facts.Dispose();
        Hive.Learned.Heard -= Hear;
        if (Checks is not null)
            await Checks.DisposeAsync();
        await Ports.DisposeAsync();
        // The first has the lease, and gives it up when nobody else touches the datapath any more.
        foreach (var shard in Shards.Reverse())
            shard.Dispose();
        if (Exchange is not null)
            await Exchange.DisposeAsync();
        Connections.Dispose();
    }

    private void Begin(bool hasLinks)
    {
        foreach (var shard in Shards)
            shard.Loop.Start();
        _links = hasLinks ? new LinkLoop(Ports.Post, Ports.PostAllTold, Fail) : null;
    }

    private static IReadOnlyList<LinkAddress> ListAddresses()
    {
        using var routes = RouteSocket.Open();
        return routes.ListAddresses();
    }

    private UpcallShard NewShard(
        IDatapath datapath,
        int number,
        ImmutableArray<UpcallInbox> inboxes,
        TunnelUse use,
        AgentOptions options,
        TimeProvider clock
    )
    {
        var turns = new TurnClock(clock);
        var inbox = inboxes[number];
        var others = inboxes.Length == 1 ? null : new UpcallInboxes(inboxes.Remove(inbox));
        var parts = UpcallParts.Compose(datapath, View, turns, options.FlowLimit, Connections.Shards[number], others);
        parts.Ports.Underlay.CopiesDscp = options.CopiesDscp;
        // A datapath in memory leads nowhere, and nobody would answer.
        if (options.Liveness is { } timing && datapath is not MemoryDatapath)
            parts = parts with
            {
                Use = use,
                Liveness =
                    number == 0
                        ? new LivenessRunner(datapath, View, parts.Ports, use, turns) { Timing = timing, Random = options.Random }
                        : null,
            };
        return new UpcallShard(datapath, inbox, parts, new UpcallLoop(datapath, inbox, parts, turns));
    }

    /// <summary>What comes to one upcall thread may be another's business: a neighbor's answer, an echo.</summary>
    private void Introduce()
    {
        var first = Shards[0];
        foreach (var shard in Shards)
            shard.Parts.Effects.Unknown.Ask = Exchange is { } exchange ? (key, ingress) => exchange.Ask(key, ingress) : null;
        first.Parts.Effects.HeardEcho = first.Parts.Liveness is { } liveness ? liveness.Hear : null;
        first.Parts.Effects.HeardHint = peer => first.Parts.Liveness?.AskNow(peer);
        if (Shards.Length == 1)
            return;
        foreach (var shard in Shards)
        {
            shard.Parts.Path.IsAlone = false;
            var others = Shards.Where(other => other != shard).ToArray();
            shard.Parts.Effects.Spoke = (neighbor, mac) =>
            {
                foreach (var other in others)
                    other.Inbox.TryPost(() => other.Parts.Effects.Hear(neighbor, mac));
            };
            shard.Parts.Effects.HeardHint ??= peer => first.Inbox.TryPost(() => first.Parts.Liveness?.AskNow(peer));
            shard.Parts.Effects.HeardEcho ??= (peer, frame) =>
            {
                var copy = frame.ToArray();
                first.Inbox.TryPost(() => first.Parts.Liveness?.Hear(peer, copy));
            };
        }
    }

    /// <summary>A neighbor answered at another host; some thread's packets may wait for it.</summary>
    private void Hear(NeighborKey neighbor, MacAddress mac)
    {
        foreach (var shard in Shards)
            shard.Inbox.TryPost(() => shard.Parts.Effects.Hear(neighbor, mac));
    }

    private void Fail(Exception failure)
    {
        _failure.TrySetException(failure);
        _ended.Cancel();
    }
}
