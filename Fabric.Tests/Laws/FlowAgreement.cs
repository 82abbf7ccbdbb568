using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Datapaths;

namespace Fabric.Tests.Laws;

/// <summary>Lets random packets into a random network that changes, and compares what leaves a datapath with what simulating each packet says.</summary>
internal static class FlowAgreement
{
    /// <summary>Packets and changes of one world.</summary>
    public const int StepsPerWorld = 60;

    /// <summary>Tries one world; a counterexample in words, or null.</summary>
    public static string? Holds(int seed, IWires wires)
    {
        var random = new Random(seed);
        var world = WorldGenerator.Make(random, hasConnections: random.Next(2) == 0);
        var packets = new PacketGenerator(random, world);
        using var node = new Node(world, wires);
        for (var step = 0; step < StepsPerWorld; step++)
        {
            if (random.Next(6) == 0)
                node.Change();
            var ports = world.ExteriorPorts;
            if (ports.IsEmpty)
                continue;
            var ingress = world.Pick(ports);
            var frame = PacketSynthesizer.Build(packets.Next(inPort: 0), default);
            // As a network card would; zeroes behind the packet are no part of it.
            Array.Resize(ref frame, Math.Max(frame.Length, wires.MinFrameBytes));
            if (node.Send(ingress, frame) is { } difference)
                return $"step {step}: {difference}";
        }
        return node.Surprises > 0 ? $"{node.Surprises} flows came out otherwise though nothing had touched them" : null;
    }

    /// <summary>One agent without sockets and threads.</summary>
    private sealed class Node : IDisposable
    {
        private readonly WorldGenerator _world;
        private readonly FixedReplica _replica = new();
        private readonly UpcallInbox _inbox = new();
        private readonly IWires _wires;
        private readonly UpcallParts _parts;
        private readonly UpcallLoop _loop;
        private readonly NetworkView _view;
        private readonly SimulationScratch _scratch = new();
        private readonly ActionPlan _plan = new();

        public Node(WorldGenerator world, IWires wires)
        {
            (_world, _wires) = (world, wires);
            _view = new NetworkView(_replica, TimeProvider.System);
            _parts = UpcallParts.Compose(wires.Datapath, _view, _inbox, TimeProvider.System);
            _loop = new UpcallLoop(wires.Datapath, _inbox, _parts, new TurnClock(TimeProvider.System));
            _replica.Subscribe(_inbox);
            _replica.Publish(world.Topology);
            _scratch.Connections = _parts.Effects.Connections;
            AttachNew();
        }

        public long Surprises => _parts.Path.Counters.Surprises;

        public void Change()
        {
            var events = _world.Change();
            _replica.Publish(_world.Topology, events);
            AttachNew();
            // Until the thread has emptied its inbox, packets go by the flows of before.
            _loop.Turn(TimeSpan.Zero);
        }

        /// <summary>Lets a frame in; returns how what left differs from what simulating it says.</summary>
        public string? Send(PortId ingress, byte[] frame)
        {
            var port = _parts.Ports.Attached[ingress];
            FlowKeyReader.Read(frame, port, out var key);
            var verdict = Simulator.Run(_view.Topology, _view.Learned, ingress, key, frame, _scratch);
            _plan.Make(_view.Topology, _scratch, _parts.Ports);
            var expected = Do(frame, _plan.Actions);
            // What the packet before set off may have been late.
            _wires.TakeSent();
            _wires.Receive(port, frame);
            _loop.Turn(TimeSpan.Zero);
            var sent = _wires.TakeSent().Select(Describe).ToList();
            for (var turns = 0; turns < _wires.Patience && sent.Count < expected.Count; turns++)
            {
                _loop.Turn(TimeSpan.FromMilliseconds(10));
                sent.AddRange(_wires.TakeSent().Select(Describe));
            }
            // What the network made itself, on top of what it forwarded, is not this law's.
            var isAnswered = verdict.Kind is VerdictKind.Consume or VerdictKind.Incomplete || !verdict.IsCacheable;
            if (isAnswered || Comparable(sent).SequenceEqual(Comparable(expected)))
                return null;
            var standing = _parts.Flows.Records.Where(record => record.Flow.Key.EqualsUnder(key with { InPort = port }, record.Flow.Mask));
            var flows = string.Join(
                "\n ",
                standing.Select(record =>
                    $"{record.State} {record.Verdict} {FlowText.Format(record.Flow.Key, record.Flow.Mask, record.Flow.Actions)}\n  {string.Join("\n  ", record.Tags)}"
                )
            );
            var figures = string.Join(", ", _wires.Datapath.GetFigures().Select(figure => $"{figure.Key} {figure.Value}"));
            return $"{verdict}\n{figures}\nflows that admit it:\n {flows}\n{PacketText.Describe(frame)} at {ingress}\n should leave as [{string.Join(", ", expected)}]\n left as [{string.Join(", ", sent)}]";
        }

        /// <summary>Cables do not tell which of two ports a frame left by first; what left by one port stays in order.</summary>
        private IEnumerable<string> Comparable(List<string> sent) =>
            _wires.IsOrdered ? sent : sent.OrderBy(line => line[..line.IndexOf(':', StringComparison.Ordinal)], StringComparer.Ordinal);

        public void Dispose()
        {
            _loop.Dispose();
            _inbox.Dispose();
        }

        /// <summary>Every bound port is attached as soon as it exists; detaching is the ports' actor's business, and others' test.</summary>
        private void AttachNew()
        {
            foreach (var port in _world.ExteriorPorts.Where(port => !_parts.Ports.Attached.ContainsKey(port)))
                _parts.Ports.Add(port, _wires.Attach());
        }

        private static List<string> Do(byte[] frame, ReadOnlySpan<FlowAction> actions)
        {
            var left = new List<string>();
            if (!PacketLayout.TryParse(frame, out var layout))
                return left;
            var buffer = new byte[ActionExecutor.Headroom + frame.Length];
            frame.CopyTo(buffer.AsSpan(ActionExecutor.Headroom));
            var executor = new ActionExecutor(buffer, ActionExecutor.Headroom, layout, actions);
            while (executor.MoveNext())
                left.Add(Describe((executor.Current.Port, executor.Frame.ToArray())));
            return left;
        }

        private static string Describe((uint Port, byte[] Frame) sent) => $"{sent.Port}: {Convert.ToHexString(sent.Frame)}";
    }
}
