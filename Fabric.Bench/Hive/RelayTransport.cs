using System.Collections.Concurrent;
using Fabric.Addresses;
using Fabric.Topology.Peers;

namespace Fabric.Bench.Hive;

/// <summary>Carries datagrams between the nodes of one process: there is a copy of each, and no kernel between.</summary>
internal sealed class RelayTransport(ConcurrentDictionary<IpAddress, RelayTransport> all, IpAddress address) : IPeerTransport
{
    private Action<IpAddress, ReadOnlyMemory<byte>>? _receive;

    public void Send(IpAddress source, IpAddress destination, ReadOnlySpan<byte> datagram)
    {
        if (all.TryGetValue(destination, out var other))
            other._receive?.Invoke(source, datagram.ToArray());
    }

    public void Start(Action<IpAddress, ReadOnlyMemory<byte>> receive)
    {
        _receive = receive;
        all[address] = this;
    }

    public ValueTask DisposeAsync()
    {
        all.TryRemove(address, out _);
        return ValueTask.CompletedTask;
    }
}
