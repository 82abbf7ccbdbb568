using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Tests.Connections;

/// <summary>The connections of a host that gives only the ports which are leased to it.</summary>
internal sealed class LeasedConnections(ConnectionTable table, PortShare ports) : IConnections
{
    public PortShare Ports => ports;

    public bool TryFind(in ConnectionKey key, out ConnectionFound found) => table.TryFind(key, out found);

    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other) =>
        table.TryTranslate(key, out found, out other);

    public bool Knows(in ConnectionKey forward, in ConnectionKey back) => table.Knows(forward, back);

    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back) => table.MappedPorts(back);

    public int CountLedTo(in ConnectionKey end) => table.CountLedTo(end);

    public bool HasRoom(PortId ingress) => table.HasRoom(ingress);
}
