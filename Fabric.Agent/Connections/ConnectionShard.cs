using System.Runtime.InteropServices;
using Fabric.Collections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Connections;

/// <summary>The connections of a host as one upcall thread works with them.</summary>
/// <remarks>
/// Used by its thread. A change is made first and its tags are posted after: to the thread's own flows before it installs another, and
/// to the inboxes of the others.
/// </remarks>
public sealed class ConnectionShard(ConnectionHost host, int number) : IConnections
{
    /// <summary>Connections that one turn looks at, whether they have expired.</summary>
    public const int ExpirySlice = 4096;

    private readonly List<FlowTag> _touched = [];

    /// <summary>Where tags of changes go: the thread's own flows, and the other threads.</summary>
    public IReplicaSubscriber? Touched { get; set; }

    /// <inheritdoc/>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found) => host.TryFind(number, key, out found);

    /// <inheritdoc/>
    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other) =>
        host.TryTranslate(number, key, out found, out other);

    /// <inheritdoc/>
    public PortShare Ports => new(number, host.Shards.Length) { Held = host.Held };

    /// <inheritdoc/>
    public bool Knows(in ConnectionKey forward, in ConnectionKey back) => host.Knows(forward, back);

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back) => host.MappedPorts(number, back);

    /// <inheritdoc/>
    public int CountLedTo(in ConnectionKey end) => host.CountLedTo(end);

    /// <inheritdoc/>
    public bool HasRoom(PortId ingress) => host.HasRoom(number, ingress);

    /// <summary>Carries out what a simulation wishes to be remembered, and adds what it began to what it rests on.</summary>
    /// <param name="decided">The simulation.</param>
    /// <param name="now">In ticks of the agent's clock.</param>
    /// <returns>False if a translation was refused, as its port is not to be given any more or was given meanwhile: no answer would come back.</returns>
    public bool Remember(SimulationScratch decided, long now)
    {
        var isRemembered = true;
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind == EffectKind.OpenConnection)
                isRemembered &= Open(decided, effect, now) || !effect.Connection.IsTranslated;
            else if (effect.Kind == EffectKind.SeeConnection)
                host.See(effect.Seen.Handle, effect.Seen.Direction, effect.Flags, now, _touched);
            else if (effect.Kind == EffectKind.WantPorts)
                host.Wanted?.Invoke(effect.Router, effect.Address);
        }
        Post();
        return isRemembered;
    }

    /// <summary>Notes what the datapath tells of a flow's packets.</summary>
    public void See(in ConnectionFound connection, TcpFlags flags, long when)
    {
        host.See(connection.Handle, connection.Direction, flags, when, _touched);
        Post();
    }

    /// <summary>Goes on letting connections expire.</summary>
    /// <param name="routers">The routers, whose timers count.</param>
    /// <param name="now">In ticks of the agent's clock.</param>
    public void Expire(PersistentMap<RouterId, Router> routers, long now)
    {
        host.Expire(number, routers, now, ExpirySlice, _touched);
        Post();
    }

    /// <summary>Reads the thread's table.</summary>
    public T Read<T>(Func<ConnectionTable, T> read) => host.Read(number, read);

    /// <summary>How long a connection has been silent.</summary>
    public TimeSpan SilenceOf(Connection connection, long now) => host.TimeOf(now) - connection.LastSeen;

    private bool Open(SimulationScratch decided, in Effect effect, long now)
    {
        var outcome = host.Open(
            number,
            effect.Connection,
            effect.Answers,
            effect.Port,
            effect.Flags,
            now,
            _touched,
            out var connection,
            effect.Egress,
            effect.IsFixed
        );
        if (outcome == ConnectionOutcome.Opened && effect.Connection.IsTranslated)
            host.NoteBegun();
        if (outcome != ConnectionOutcome.Refused)
            decided.Uses.Add(new ConnectionFound(connection, FlowDirection.Forward, ConnectionPhase.Opening, IsAnswered: false));
        return outcome != ConnectionOutcome.Refused;
    }

    private void Post()
    {
        if (_touched.Count == 0)
            return;
        Touched?.Post(CollectionsMarshal.AsSpan(_touched));
        _touched.Clear();
    }
}
