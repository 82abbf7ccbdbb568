using Fabric.Agent.Datapaths;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.World;

/// <summary>After quiet, frames come out of exactly those interfaces of all hosts that the one description says, as it says.</summary>
/// <remarks>
/// From the interface where a frame goes in to all where copies come out, through datapaths and tunnels. Frames that the network answers itself,
/// or that wait for a neighbor, are left out: with them other frames come.
/// </remarks>
internal sealed class DeliveryCheck(World world)
{
    private const int Frames = 10;

    private static readonly TimeSpan s_way = TimeSpan.FromMilliseconds(50);

    private readonly SimulationScratch _scratch = new();
    private readonly Buffer<RewriteStep> _steps = new(16);
    private readonly Buffer<FlowAction> _actions = new(16);
    private readonly Buffer<PortId> _unreached = new(4);

    /// <summary>Sends some frames, one after the other.</summary>
    public async Task RunAsync()
    {
        world.Stations.AreSilent = true;
        for (var i = 0; i < Frames; i++)
        {
            var node = world.Generator.Pick(world.Nodes);
            var ports = node.Agent!.Shards[0].Parts.Ports;
            if (ports.Attached.Count == 0)
                continue;
            var (port, number) = world.Generator.Pick(ports.Attached.OrderBy(pair => pair.Key).ToArray());
            var (name, frame) = (node.Switch.Ports[number], world.Stations.Make());
            if (!node.Links[name].IsUp || Expect(node, port, number, frame) is not { } wanted)
                continue;
            world.Stations.TakeReceived();
            world.Stations.Send(node, name, frame);
            await Task.Delay(s_way, world.Thread.Time);
            var received = world.Stations.TakeReceived().Where(taken => !IsQuestion(taken.Frame) || IsQuestion(frame));
            var came = received.Select(taken => Text(taken.Node, taken.Interface, taken.Frame)).Order(StringComparer.Ordinal).ToArray();
            if (!came.SequenceEqual(wanted))
                world.Fail(
                    $"{PacketText.Describe(frame)} at {name} of {node.Name} should come out as\n {string.Join("\n ", wanted)}\nand came out as\n {string.Join("\n ", came)}"
                );
        }
    }

    /// <summary>What should come out; null for a frame that the network has something of its own to say about.</summary>
    private string[]? Expect(WorldNode node, PortId ingress, uint number, byte[] frame)
    {
        FlowKeyReader.Read(frame, number, out var key);
        var topology = world.Truth.Topology;
        var verdict = Simulator.Run(topology, node.Hive!.Learned.Current, ingress, key, frame, _scratch);
        if (!verdict.IsCacheable || verdict.Kind is not (VerdictKind.Forward or VerdictKind.Drop) || HasMore())
            return null;
        RewritePlan.Make(_scratch.Key, _scratch.Outputs.Span, _steps);
        ActionTranslator.Translate(_steps.Span, default(Everywhere), new FloodCopies(), _actions, _unreached);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        var buffer = new byte[ActionExecutor.Headroom + frame.Length];
        frame.CopyTo(buffer.AsSpan(ActionExecutor.Headroom));
        var executor = new ActionExecutor(buffer, ActionExecutor.Headroom, layout, _actions.Span);
        var wanted = new List<string>();
        while (executor.MoveNext())
        {
            var binding = topology.Ports[new PortId(executor.Current.Port)].Binding!.Value;
            var there = world.Nodes[(int)binding.Host.Value - 1];
            if (there.Links.TryGetValue(binding.Interface, out var link) && link.IsUp)
                wanted.Add(Text(there, binding.Interface, executor.Frame.ToArray()));
        }
        return [.. wanted.Order(StringComparer.Ordinal)];
    }

    private bool HasMore()
    {
        foreach (ref readonly var effect in _scratch.Effects.Span)
        {
            if (effect.Kind is EffectKind.Emit or EffectKind.ResolveNeighbor)
                return true;
        }
        return false;
    }

    /// <summary>Routers ask for neighbors in use by themselves now and then.</summary>
    private static bool IsQuestion(byte[] frame)
    {
        FlowKeyReader.Read(frame, 0, out var key);
        return key.EthType == EtherType.Arp || (key.IpProto == IpProtocol.Icmpv6 && key.TpSrc == 135);
    }

    private static string Text(WorldNode node, string name, byte[] frame) => $"{name} of {node.Name}: {Convert.ToHexString(frame)}";

    /// <summary>Every port is reached, under its own id.</summary>
    private readonly struct Everywhere : IPortLocations
    {
        public bool TryFind(PortId port, out PortLocation location)
        {
            location = PortLocation.Local((uint)port.Value);
            return true;
        }
    }
}
