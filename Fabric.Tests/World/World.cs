using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
using Fabric.Tests.Laws;
using Fabric.Topology.Hive;

namespace Fabric.Tests.World;

/// <summary>Hosts with agents, the database, the network between them, guests and users: all in one process, on one thread, by one seed.</summary>
/// <remarks>
/// Everything from the journal's interface up to the datapath's is the production code. The world owns time and chance; a step is one choice,
/// and what is checked at every step is <see cref="StepCheck"/>, for every packet <see cref="DecisionCheck"/>, after quiet <see cref="QuietCheck"/>.
/// </remarks>
internal sealed partial class World
{
    private const int TraceLength = 60;

    private readonly int _seed;
    private readonly int _steps;
    private readonly Queue<string> _trace = [];
    private readonly StepCheck _stepCheck;
    private ulong _lastIncarnation;
    private int _step;
    private string? _failure;

    public World(int seed, int steps)
    {
        (_seed, _steps) = (seed, steps);
        Random = new Random(seed);
        Thread = new OneThreadScheduler(seed);
        Generator = new WorldGenerator(Random);
        Database = new WorldDatabase(Thread);
        Underlay = new WorldUnderlay(Random, Thread.Time);
        Truth = new WorldTruth(Database.Disk);
        Users = new WorldUsers(this);
        Stations = new WorldStations(this);
        Nodes = [.. Enumerable.Range(1, 2 + Random.Next(2)).Select(number => new WorldNode(this, number))];
        _stepCheck = new StepCheck(this);
    }

    /// <summary>Hosts follow each other's feed, and ask each other whether the way is up.</summary>
    /// <remarks>In a fifth of the seeds; the others keep the story that they have always told.</remarks>
    public bool HasRelaysAndProbes => _seed % 5 == 4;

    public Random Random { get; }

    public OneThreadScheduler Thread { get; }

    public WorldGenerator Generator { get; }

    public WorldDatabase Database { get; }

    public WorldUnderlay Underlay { get; }

    public WorldTruth Truth { get; }

    public WorldUsers Users { get; }

    public WorldStations Stations { get; }

    public ImmutableArray<WorldNode> Nodes { get; }

    /// <summary>What came of it: two runs of one seed agree.</summary>
    public string Story =>
        $"{Thread.Time.GetUtcNow():O} {Database.Disk.Entries.Length} entries, the last for {Database.Disk.Entries[^1].Request}, {Users.Wishes.Count} wishes, {Nodes.Sum(node => node.Check.Checked)} packets, {Stations.Received} received";

    public ulong NextIncarnation() => ++_lastIncarnation;

    public WorldNode? PickRunning()
    {
        var running = Nodes.Where(node => node.Agent is not null).ToArray();
        return running.Length == 0 ? null : Generator.Pick(running);
    }

    /// <summary>Does something after a while.</summary>
    public void Later(TimeSpan delay, Action action)
    {
        ITimer? timer = null;
        timer = Thread.Time.CreateTimer(
            _ =>
            {
                timer!.Dispose();
                action();
            },
            null,
            delay,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>A frame leaves a host for another.</summary>
    public void CarryFrame(FlowAction tunnel, byte[] frame)
    {
        var (from, to) = (IpAddress.Of(IpFamily.V4, tunnel.Mask), IpAddress.Of(IpFamily.V4, tunnel.Value));
        var arrival = new VxlanArrival(from, (uint)tunnel.Id);
        if (Nodes.FirstOrDefault(node => node.Address == to) is { } node)
            Underlay.Carry(from, to, () => node.Switch.Receive(node.Switch.Tunnel, frame, arrival));
    }

    /// <summary>Sees that a part which ends by an exception is noticed.</summary>
    public void Watch(Task part, string what) =>
        _ = part.ContinueWith(
            ended => Fail($"{what} failed: {ended.Exception!.GetBaseException()}"),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            Thread
        );

    /// <summary>Takes down what happens, for the report of a failure.</summary>
    public void Note(string what)
    {
        _trace.Enqueue($"{_step, 3} {Thread.Time.GetUtcNow():mm:ss.fff} {what}");
        if (_trace.Count > TraceLength)
            _trace.Dequeue();
    }

    /// <summary>Something is wrong; the first thing counts.</summary>
    public void Fail(string what) =>
        _failure ??=
            $"seed {_seed}, step {_step}: {what}\n{string.Join('\n', _trace)}\nagain: FABRIC_WORLD_SEED={_seed} ./build.sh test --filter Name=One_seed";

    public string Describe(WorldNode node, in FlowKey key, byte[] frame)
    {
        var name = node.Switch.Ports.GetValueOrDefault(key.InPort, "?");
        return $"{(name.Length == 0 ? "the tunnel" : name)} ({FlowText.Format(key)})";
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new AssertionException(failure);
    }

    private Task PassAsync(TimeSpan span) => Task.Delay(span, Thread.Time);
}
