namespace Fabric.Agent.Datapaths.User;

/// <content>Interfaces that are attached, and what becomes of them.</content>
public sealed partial class UserDatapath
{
    private readonly Dictionary<uint, UserPort> ports = [];
    private readonly Queue<UserPort> ready = new();
    private readonly List<uint> vanished = [];
    private uint lastPort;

    /// <inheritdoc/>
    public uint AddPort(string interfaceName)
    {
        var socket = PacketSocket.Open(interfaceName);
        var port = new UserPort(++lastPort, interfaceName, socket);
        ports.Add(port.Number, port);
        pollSet.Add(socket.Descriptor, port.Number);
        // Frames may have come between opening and watching.
        MarkReady(port);
        return port.Number;
    }

    /// <inheritdoc/>
    public void RemovePort(uint port)
    {
        if (!ports.Remove(port, out var removed))
            return;
        removed.Socket.Flush();
        pollSet.Remove(removed.Socket.Descriptor);
        removed.Socket.Dispose();
        dirty.Remove(removed);
    }

    /// <inheritdoc/>
    public void TakeVanishedPorts(ICollection<uint> target)
    {
        foreach (var port in vanished)
            target.Add(port);
        vanished.Clear();
    }

    /// <inheritdoc/>
    public void GetPortCounters(ICollection<PortCounters> counters)
    {
        foreach (var port in ports.Values)
            counters.Add(port.Counters);
    }

    private void MarkReady(UserPort port)
    {
        if (port.IsReady)
            return;
        port.IsReady = true;
        ready.Enqueue(port);
    }

    /// <summary>A socket whose interface is gone is of no more use, and would be readable for ever.</summary>
    private void DropIfGone(UserPort port)
    {
        if (port.Socket.State != InterfaceState.Gone)
            return;
        RemovePort(port.Number);
        vanished.Add(port.Number);
    }
}
