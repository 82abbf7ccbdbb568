using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.World;

/// <summary>A host's datapath as the kernel module is one: its ports and flows outlive the agent, and packets that hit are forwarded without it.</summary>
internal sealed class WorldSwitch(TimeProvider clock)
{
    private readonly SortedDictionary<uint, string> _ports = [];

    public FlowClassifier Flows { get; } = new();

    /// <summary>The interfaces by port number; the tunnel has the empty name.</summary>
    public IReadOnlyDictionary<uint, string> Ports => _ports;

    /// <summary>The port of the tunnel; 0 for none.</summary>
    public uint Tunnel { get; private set; }

    /// <summary>Who takes misses; null while no agent is there.</summary>
    public WorldDatapath? Agent { get; set; }

    /// <summary>Is told of every packet that a flow admits, before it is forwarded.</summary>
    public required Action<FlowKey, byte[], DatapathFlow> Hit { get; init; }

    /// <summary>Takes frames that leave by an interface.</summary>
    public required Action<string, byte[]> Left { get; init; }

    /// <summary>Takes frames that leave by the tunnel, with how they are encapsulated.</summary>
    public required Action<FlowAction, byte[]> Encapsulated { get; init; }

    /// <summary>Attaches an interface, or finds it attached; it gets the lowest number that is free.</summary>
    public uint Attach(string name)
    {
        var number = Find(name);
        if (number != 0)
            return number;
        number = 1;
        while (_ports.ContainsKey(number))
            number++;
        _ports.Add(number, name);
        Tunnel = name.Length == 0 ? number : Tunnel;
        return number;
    }

    /// <summary>The number of an interface; 0 if it is not attached.</summary>
    public uint Find(string name) => _ports.FirstOrDefault(port => port.Value == name).Key;

    public bool Detach(uint number)
    {
        Tunnel = number == Tunnel ? 0 : Tunnel;
        return _ports.Remove(number);
    }

    /// <summary>A frame comes in by an interface, or out of the tunnel.</summary>
    public void Receive(uint port, byte[] frame, VxlanArrival? arrival = null)
    {
        if (port == 0)
            return;
        FlowKeyReader.Read(frame, port, out var key);
        arrival?.Tell(ref key);
        if (Flows.Find(key) is { } entry && frame.Length <= entry.LongestFrame)
        {
            entry.Packets++;
            entry.Bytes += frame.Length;
            entry.LastUsed = clock.GetTimestamp();
            entry.TcpFlags |= (ushort)key.Get(FlowField.TcpFlags);
            Hit(key, frame, entry.Flow);
            Execute(frame, entry.Flow.Actions);
        }
        else
            Agent?.Miss(key, frame);
    }

    public void Execute(byte[] frame, FlowAction[] actions)
    {
        if (!PacketLayout.TryParse(frame, out var layout))
            return;
        var buffer = new byte[ActionExecutor.Headroom + frame.Length];
        frame.CopyTo(buffer.AsSpan(ActionExecutor.Headroom));
        var executor = new ActionExecutor(buffer, ActionExecutor.Headroom, layout, actions);
        while (executor.MoveNext())
        {
            if (executor.Current.Kind != FlowActionKind.Output || !_ports.TryGetValue(executor.Current.Port, out var name))
                continue;
            if (name.Length > 0)
                Left(name, executor.Frame.ToArray());
            else if (executor.HasTunnel)
                Encapsulated(executor.Tunnel, executor.Frame.ToArray());
        }
    }
}
