using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Entities;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Hive;

/// <summary>A hive whose one order and durability are a journal in a database.</summary>
/// <remarks>Every process that has the journal open is a node; any of them takes any command; none is special.</remarks>
public sealed class SqlHive : JournalHive
{
    private readonly AppendActor _append;
    private readonly EntityHost _entities;
    private readonly string _node;

    private SqlHive(IJournal journal, ReplicaState state, HiveHealth health, HiveOptions options)
        : base(journal, options.Holder is null ? null : journal as ILeases, state, health, options)
    {
        _node = options.Self.Name;
        _append = new AppendActor(options, journal, OwnReplica, Feed, Health)
        {
            Readers = () => Readers,
            PositionEverywhere = () => PositionEverywhere,
        };
        _entities = new EntityHost(options.Runtime, new ChangePath(OwnReplica, _append, Feed, journal));
        Begin(_append.Completion);
    }

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

    /// <summary>The actors of this process: a command is taken where it comes, so no other node has anything to do with it.</summary>
    public override ValueTask<ActorsView> ReadActorsAsync(CancellationToken cancellation = default) =>
        ValueTask.FromResult(
            new ActorsView(null, [.. _entities.List().Select(actor => new DeviceActorView(actor.Device, _node, null, actor.Waiting))], [])
        );

    /// <inheritdoc/>
    private protected override async ValueTask<SubmitResult> ChangeAsync(
        DeviceRef subject,
        CommandEnvelope envelope,
        CancellationToken cancellation
    ) =>
        // From here on the way is ChangePath's, in the turn of the device's actor.
        await _entities.AskAsync(subject, envelope, cancellation);

    /// <inheritdoc/>
    private protected override ValueTask CloseWriterAsync() => _append.DisposeAsync();
}
