using Fabric.Collections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Connections of a trial: what one packet began, the next one sees, beside what an agent knows.</summary>
/// <param name="known">What is known to begin with; nobody there hears of the trial.</param>
internal sealed class TrialConnections(IConnections? known) : IConnections
{
    private readonly ConnectionTable _own = new(ConnectionLimits.Usual);
    private readonly List<FlowTag> _touched = [];

    /// <inheritdoc/>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found)
    {
        if (_own.TryFind(key, out found))
            return true;
        if (known is null || !known.TryFind(key, out found))
            return false;
        // A handle of other tables: nothing here answers to it.
        found = found with
        {
            Handle = new ConnectionHandle(0, -1, 0),
        };
        return true;
    }

    /// <inheritdoc/>
    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        if (_own.TryTranslate(key, out found, out other))
            return true;
        if (known is null || !known.TryTranslate(key, out found, out other))
            return false;
        found = found with { Handle = new ConnectionHandle(0, -1, 0) };
        return true;
    }

    /// <inheritdoc/>
    public PortShare Ports => known?.Ports ?? PortShare.All;

    /// <inheritdoc/>
    public bool Knows(in ConnectionKey forward, in ConnectionKey back) =>
        _own.Knows(forward, back) || known is not null && known.Knows(forward, back);

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back) => known is null ? _own.MappedPorts(back) : known.MappedPorts(back);

    /// <inheritdoc/>
    public int CountLedTo(in ConnectionKey end) => _own.CountLedTo(end) + (known?.CountLedTo(end) ?? 0);

    /// <inheritdoc/>
    public bool HasRoom(PortId ingress) => known is null || known.HasRoom(ingress);

    /// <summary>Time has passed: what was silent for too long is forgotten.</summary>
    /// <param name="routers">The routers, whose timers count.</param>
    /// <param name="now">The time since the first packet.</param>
    public void Expire(PersistentMap<RouterId, Router> routers, TimeSpan now)
    {
        _own.Follow(routers);
        _own.Expire(now, int.MaxValue, _touched);
    }

    /// <summary>Adds what a simulation wishes to be remembered.</summary>
    public void Remember(SimulationScratch decided, TimeSpan now)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind == EffectKind.OpenConnection)
                _own.Open(effect.Connection, effect.Answers, effect.Port, effect.Flags, now, _touched, out _, effect.Egress);
            else if (effect.Kind == EffectKind.SeeConnection)
                _own.See(effect.Seen.Handle, effect.Seen.Direction, effect.Flags, now, _touched);
        }
        _touched.Clear();
    }
}
