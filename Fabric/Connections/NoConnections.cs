using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>No connection, and room for all.</summary>
public sealed class NoConnections : IConnections
{
    private NoConnections() { }

    /// <summary>The only one.</summary>
    public static NoConnections Instance { get; } = new();

    /// <inheritdoc/>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found)
    {
        found = default;
        return false;
    }

    /// <inheritdoc/>
    public PortShare Ports => PortShare.All;

    /// <inheritdoc/>
    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        other = default;
        return TryFind(key, out found);
    }

    /// <inheritdoc/>
    public bool Knows(in ConnectionKey forward, in ConnectionKey back) => false;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back) => [];

    /// <inheritdoc/>
    public int CountLedTo(in ConnectionKey end) => 0;

    /// <inheritdoc/>
    public bool HasRoom(PortId ingress) => true;
}
