using Akka.Configuration;
using Fabric.Akka.Entities;
using Fabric.Akka.Nodes;
using Fabric.Akka.Protocol;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Replica;

namespace Fabric.Akka;

/// <summary>A hive on Akka.NET: an actor of the cluster for each device, one writer for the order, Akka.Persistence.Sql for durability.</summary>
/// <remarks>
/// What each node keeps and does by itself is the same as in <see cref="SqlHive"/>, and goes on when the cluster is divided, when it went on without
/// this node, and when the database is away.
/// </remarks>
internal sealed class AkkaHive : JournalHive
{
    // A busy machine takes that long to start and join; who asks before would only be told to wait.
    private static readonly TimeSpan s_joinPatience = TimeSpan.FromSeconds(30);

    private readonly DeviceSession _devices;
    private readonly ChangePath _path;
    private readonly SnapshotActor _snapshots;
    private readonly NodeHost _node;
    private readonly CancellationTokenSource _stop = new();

    private AkkaHive(SqlJournal journal, NodeLeases? leases, ReplicaState state, HiveHealth health, HiveOptions options, Config settings)
        : base(journal, leases, state, health, options)
    {
        _snapshots = new SnapshotActor(options.Runtime, journal, health, options.SnapshotEvery);
        var parts = new NodeParts
        {
            Options = options,
            Journal = journal,
            Replica = OwnReplica,
            Feed = Feed,
            Health = health,
            Snapshots = _snapshots,
            Readers = () => Readers,
            Horizon = () => KeyHorizon.At(PositionEverywhere, options.Runtime.Time.GetUtcNow()),
            Leases = leases,
            Stopping = _stop.Token,
        };
        _node = new NodeHost(parts, settings);
        if (leases is not null)
            leases.Here = () => _node.Current?.System;
        _devices = new DeviceSession(() => _node.Current, options, parts.Horizon, () => _node.Trouble);
        _path = new ChangePath(OwnReplica, _devices, Feed, journal);
        Begin(_node.Completion);
    }

    /// <summary>This node's place in the cluster.</summary>
    internal NodeHost Node => _node;

    /// <summary>
    /// Reads the state that the journal holds, begins to follow it, and joins the cluster. When the journal is away and
    /// <see cref="HiveOptions.LocalCopy"/> holds a state, it begins with that; the cluster is joined when there is a way.
    /// </summary>
    /// <param name="open">Gives the journal; is told what the local copy holds, or null.</param>
    /// <param name="settings">What its actor systems are told.</param>
    /// <param name="options">How the hive works in this process.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MemberConflictException">Another agent runs as this host.</exception>
    internal static async Task<IHive> OpenAsync(
        Func<ReplicaState?, SqlJournal> open,
        Config settings,
        HiveOptions options,
        CancellationToken cancellation
    )
    {
        SqlJournal? journal = null;
        AkkaHive hive;
        NodeLeases? leases;
        Lease? own;
        try
        {
            var health = new HiveHealth(options.OnAlarm);
            var kept = await StartPath.LoadAsync(options.LocalCopy, health, cancellation);
            journal = open(kept);
            var state = await StartPath.ReadAsync(journal, kept, options, health, cancellation);
            var opened = options with { Self = Recognize(options.Self, state.Topology) };
            leases = opened.Holder is null ? null : new NodeLeases();
            own = opened.Holder is null ? null : Lease.Of(opened, state.Head.Position);
            hive = new AkkaHive(journal, leases, state, health, opened, settings);
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
        try
        {
            // While the journal is away there is no cluster to join, and packets are not to wait for it.
            var patience = hive.Health.Failure is null ? s_joinPatience : options.StartPatience;
            if (await hive._node.JoinedAsync(patience, cancellation) && leases is not null && own is not null)
                await hive.TakeAsync(leases, own, options, cancellation);
            return hive;
        }
        catch
        {
            await hive.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<ActorsView> ReadActorsAsync(CancellationToken cancellation = default)
    {
        if (_node.Current is not { System: var system })
            return new ActorsView(null, [], []);
        var answers = await NodeActor.AskAllAsync<ActorsListed>(system, new ListActors(), andSelf: true, cancellation);
        var listed = answers.Select(pair => pair.Answer).OfType<ActorsListed>().ToList();
        return new ActorsView(
            listed.Find(node => node.IsWriter)?.Node,
            [.. listed.SelectMany(node => node.Devices).OrderBy(actor => (actor.Device.Kind, actor.Device.Id))],
            [.. answers.Where(pair => pair.Answer is null).Select(pair => pair.Node.ToString())]
        );
    }

    /// <inheritdoc/>
    private protected override async ValueTask<SubmitResult> ChangeAsync(
        DeviceRef subject,
        CommandEnvelope envelope,
        CancellationToken cancellation
    )
    {
        // The first half of ChangePath is walked by the device's actor, at its node.
        var outcome = await _devices.AskAsync(subject, envelope, cancellation);
        Health.Stored(outcome is StoreOutcome.Unavailable away ? new JournalException(JournalFailure.Away, away.Reason) : null);
        return await _path.AnswerAsync(outcome, cancellation);
    }

    /// <inheritdoc/>
    private protected override async ValueTask CloseWriterAsync()
    {
        await _node.DisposeAsync();
        _stop.Stop();
        await _snapshots.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Finds out who the others are, and takes this host's place among them.</summary>
    /// <exception cref="MemberConflictException">Another agent runs as this host.</exception>
    private async Task TakeAsync(NodeLeases leases, Lease own, HiveOptions options, CancellationToken cancellation)
    {
        if (_node.Current is not { System: var system })
            return;
        foreach (var (_, told) in await NodeActor.AskAllAsync<LeaseTold>(system, new AskLease(), andSelf: false, cancellation))
        {
            if (told is not null)
                leases.Hear(told, system);
        }
        await LeaseLoop.TakeAsync(leases, own, options.Runtime.Time, cancellation);
    }
}
