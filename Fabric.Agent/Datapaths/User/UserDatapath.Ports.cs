namespace Fabric.Agent.Datapaths.User;

/// <content>Interfaces that are attached, and what becomes of them.</content>
public sealed partial class UserDatapath
{
    private readonly Dictionary<uint, UserPort> _ports = [];
    private readonly Queue<UserPort> _ready = new();
    private readonly List<uint> _vanished = [];
    private uint _lastPort;

    /// <inheritdoc/>
    public uint AddPort(string interfaceName)
    {
        var socket = PacketSocket.Open(interfaceName);
        var port = new UserPort(++_lastPort, interfaceName, socket);
        try
        {
            _pollSet.Add(socket.Descriptor, port.Number);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        _ports.Add(port.Number, port);
        // Frames may have come between opening and watching.
        MarkReady(port);
        return port.Number;
    }

    /// <inheritdoc/>
    /// <remarks>They come as soon as the port is there.</remarks>
    public void Listen(uint port) { }

    /// <inheritdoc/>
    public void RemovePort(uint port)
    {
        if (port == _tunnel)
            CloseTunnel();
        if (!_ports.Remove(port, out var removed))
            return;
        removed.Socket.Flush();
        _pollSet.Remove(removed.Socket.Descriptor);
        removed.Socket.Dispose();
        _dirty.Remove(removed);
    }

    /// <inheritdoc/>
    public void TakeVanishedPorts(ICollection<uint> target)
    {
        foreach (var port in _vanished)
            target.Add(port);
        _vanished.Clear();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> GetFigures()
    {
        var figures = new Dictionary<string, long>
        {
            ["flows"] = FlowCount,
            ["masks"] = MaskCount,
            ["unknown_outputs"] = UnknownOutputs,
        };
        _underlay?.Counters.AddTo(figures);
        return figures;
    }

    /// <inheritdoc/>
    public void GetPortCounters(ICollection<PortCounters> counters)
    {
        foreach (var port in _ports.Values)
            counters.Add(port.Counters);
    }

    private void MarkReady(UserPort port)
    {
        if (port.IsReady)
            return;
        port.IsReady = true;
        _ready.Enqueue(port);
    }

    /// <summary>A socket whose interface is gone is of no more use, and would be readable for ever.</summary>
    private void DropIfGone(UserPort port)
    {
        if (port.Socket.State != InterfaceState.Gone)
            return;
        RemovePort(port.Number);
        _vanished.Add(port.Number);
    }
}
