using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Trials;

/// <summary>What a trace was told of connections, and tells again: all that it asks for beside that is not there.</summary>
/// <remarks>Filled by <see cref="ConnectionsRead"/> or from a record; not thread-safe.</remarks>
internal sealed class ConnectionFacts : IConnections
{
    /// <summary>Connections by the direction that was asked for; with the other direction where a translation was.</summary>
    public Dictionary<ConnectionKey, (ConnectionFound Found, ConnectionKey? Other)> Found { get; } = [];

    /// <summary>Connections that are remembered by both directions.</summary>
    public HashSet<(ConnectionKey Forward, ConnectionKey Return)> Known { get; } = [];

    /// <summary>Ports outside that have a mapping, a bit each.</summary>
    public Dictionary<ConnectionKey, ulong[]> Mapped { get; } = [];

    /// <summary>How many connections lead to a station's port.</summary>
    public Dictionary<ConnectionKey, int> Led { get; } = [];

    /// <summary>Ports that may begin no connection more.</summary>
    public HashSet<PortId> Full { get; } = [];

    /// <summary>The ports that translations were given; all if nobody asked.</summary>
    public PortShare Ports { get; set; } = PortShare.All;

    /// <inheritdoc/>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found)
    {
        var isFound = Found.TryGetValue(key, out var fact);
        found = fact.Found;
        return isFound;
    }

    /// <inheritdoc/>
    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        var isFound = Found.TryGetValue(key, out var fact) && fact.Other is not null;
        (found, other) = isFound ? (fact.Found, fact.Other.GetValueOrDefault()) : default;
        return isFound;
    }

    /// <inheritdoc/>
    public bool Knows(in ConnectionKey forward, in ConnectionKey back) => Known.Contains((forward, back));

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back) => Mapped.GetValueOrDefault(back);

    /// <inheritdoc/>
    public int CountLedTo(in ConnectionKey end) => Led.GetValueOrDefault(end);

    /// <inheritdoc/>
    public bool HasRoom(PortId ingress) => !Full.Contains(ingress);
}
