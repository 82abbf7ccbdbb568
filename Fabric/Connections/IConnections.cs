using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>The connections of a host, as simulation reads them.</summary>
/// <remarks>
/// What is here holds, until whoever keeps the tables takes it out and says so by tags: a lookup has no clock. What a simulation would
/// have changed it wishes for, see <c>EffectKind</c>.
/// </remarks>
public interface IConnections
{
    /// <summary>Finds the connection that a packet belongs to.</summary>
    /// <param name="key">The packet's direction, where it is asked for.</param>
    /// <param name="found">The connection; nothing if false is returned.</param>
    bool TryFind(in ConnectionKey key, out ConnectionFound found);

    /// <summary>A connection is remembered by both its directions: its answers are known where they come in.</summary>
    bool Knows(in ConnectionKey forward, in ConnectionKey back);

    /// <summary>Finds the translation of a packet at a router.</summary>
    /// <param name="key">The packet's direction, as the router receives it.</param>
    /// <param name="found">The connection; nothing if false is returned.</param>
    /// <param name="other">Its other direction: what the packet becomes is that, reversed.</param>
    bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other);

    /// <summary>The ports outside that new translations may be given here.</summary>
    PortShare Ports { get; }

    /// <summary>The ports of an address outside that have a mapping as far as the asker's own table knows, a bit each from the lowest; empty for none.</summary>
    /// <remarks>Saves looking up those that are taken; one without a bit may be taken all the same.</remarks>
    /// <param name="back">A direction to the address; its ports do not count.</param>
    ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back);

    /// <summary>How many live connections a router leads to a station's port by translating their destination.</summary>
    /// <param name="end">A direction from there; its destination does not count.</param>
    int CountLedTo(in ConnectionKey end);

    /// <summary>A packet that came in by a port may begin one more connection.</summary>
    bool HasRoom(PortId ingress);
}
