using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Bench.Kernel;
using Fabric.Bench.Simulation;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Bench.Upcalls;

/// <summary>A packet of a new flow after another, from the upcall to the answer of the datapath; the oldest flow goes for each that comes.</summary>
internal sealed unsafe class SetupBody : PacketBody
{
    private const int Batch = 64;
    private const int SourcePortAt = 14 + 20;
    private const int ChecksumAt = SourcePortAt + 6;
    private const uint Stride = 0x9e37_79b1;

    private readonly UpcallInbox _inbox = new();
    private readonly WillingDatapath _datapath = new();
    private readonly UpcallParts _parts;
    private readonly byte[] _frame;
    private readonly int _standing;
    private Upcall _upcall;
    private uint _ports;
    private int _inBatch;

    /// <summary>Prepares the network of the kernel suite.</summary>
    /// <param name="standing">Flows that stand.</param>
    /// <param name="change">What its router has besides; nothing if left out.</param>
    /// <param name="target">To whom the packets go; the receiving guest's station if left out.</param>
    public SetupBody(int standing, Func<Router, Router>? change = null, string? target = null)
    {
        _standing = standing;
        var decision = TopologyDecisions.Decide(TopologySnapshot.Empty, KernelNetwork.Describe());
        var topology = decision.Events.Aggregate(TopologySnapshot.Empty, TopologyEvolution.Apply);
        if (change is not null)
        {
            var router = new TopologyCommand.PutDevice(change(topology.Routers[KernelNetwork.Router]));
            topology = TopologyDecisions.Decide(topology, router).Events.Aggregate(topology, TopologyEvolution.Apply);
        }
        var clock = new TurnClock(TimeProvider.System);
        _parts = UpcallParts.Compose(_datapath, new NetworkView(new FixedReplica(topology), clock), _inbox, clock);
        foreach (var guest in GuestPlan.All)
            _parts.Ports.Add(new PortId(KernelNetwork.NumberOf(guest)), _datapath.AddPort(guest.Port));
        var (from, to) = (GuestPlan.Left, GuestPlan.Right);
        var frame = PacketNotation
            .Parse(
                $"udp,dl_src={from.StationMac},dl_dst={KernelNetwork.GatewayMacOf(from)},nw_src={from.StationAddress},nw_dst={target ?? to.StationAddress},"
                    + "nw_ttl=64,tp_src=1024,tp_dst=20000,payload=00"
            )
            .ToFrame();
        _frame = GC.AllocateUninitializedArray<byte>(frame.Length, pinned: true);
        frame.CopyTo(_frame.AsSpan());
        // No checksum (RFC 768), so that ports can be changed without one.
        _frame.AsSpan(ChecksumAt, sizeof(ushort)).Clear();
        Run();
        if (_datapath.Flows.Count != 1)
            throw new InvalidOperationException("the packet makes no flow");
    }

    /// <inheritdoc/>
    public override void Run()
    {
        // An odd stride meets every pair of ports once before it meets one again.
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(SourcePortAt), _ports += Stride);
        FlowKeyReader.Read(_frame, inPort: 1, out _upcall.Key);
        _upcall.Frame = (byte*)Unsafe.AsPointer(ref _frame[0]);
        _upcall.FrameLength = _frame.Length;
        _parts.Path.Handle(_upcall);
        if (++_inBatch < Batch)
            return;
        _inBatch = 0;
        while (_datapath.Flows.Count > _standing)
        {
            var oldest = _parts.Flows.Find(_datapath.Flows.Dequeue())!;
            _parts.Flows.Advance(oldest, FlowInput.Evict);
            _datapath.Delete(oldest.Flow.Id);
        }
        _parts.Keeper.TakeAnswers();
    }
}
