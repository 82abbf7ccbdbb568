using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Connections as a trace reads them, each answer noted.</summary>
/// <param name="known">Answers.</param>
internal sealed class ConnectionsRead(IConnections known) : IConnections
{
    /// <summary>What was answered so far.</summary>
    public ConnectionFacts Facts { get; } = new();

    /// <inheritdoc/>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found)
    {
        var isFound = known.TryFind(key, out found);
        if (isFound)
            Facts.Found.TryAdd(key, (found, null));
        return isFound;
    }

    /// <inheritdoc/>
    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        var isFound = known.TryTranslate(key, out found, out other);
        if (isFound)
            Facts.Found[key] = (found, other);
        return isFound;
    }

    /// <inheritdoc/>
    public PortShare Ports => Facts.Ports = known.Ports;

    /// <inheritdoc/>
    public bool Knows(in ConnectionKey forward, in ConnectionKey back)
    {
        var knows = known.Knows(forward, back);
        if (knows)
            Facts.Known.Add((forward, back));
        return knows;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back)
    {
        var mapped = known.MappedPorts(back);
        if (!mapped.IsEmpty)
            Facts.Mapped[back] = mapped.ToArray();
        return mapped;
    }

    /// <inheritdoc/>
    public int CountLedTo(in ConnectionKey end)
    {
        var count = known.CountLedTo(end);
        if (count > 0)
            Facts.Led[end] = count;
        return count;
    }

    /// <inheritdoc/>
    public bool HasRoom(PortId ingress)
    {
        var hasRoom = known.HasRoom(ingress);
        if (!hasRoom)
            Facts.Full.Add(ingress);
        return hasRoom;
    }
}
