using Fabric.Addresses;
using Fabric.Agent.Datapaths.Memory;
using Fabric.Agent.Replica;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Upcalls;

/// <summary>Takes a few packets through a network of its own, so that the first real one finds the code compiled.</summary>
/// <remarks>Without it the first packet of an agent waits a tenth of a second for the just-in-time compiler.</remarks>
public static class WarmupRunner
{
    private static readonly MacAddress Station = new(0x02_00_00_00_00_01);
    private static readonly MacAddress Gateway = new(0x02_00_00_00_00_02);

    /// <summary>Runs to the end; any thread, once.</summary>
    public static void Run()
    {
        using var inbox = new UpcallInbox();
        using var datapath = new MemoryDatapath(TimeProvider.System);
        var parts = UpcallParts.Compose(
            datapath,
            new NetworkView(new OneReplica(Network()), TimeProvider.System),
            inbox,
            TimeProvider.System
        );
        using var loop = new UpcallLoop(datapath, inbox, parts, new TurnClock(TimeProvider.System));
        parts.Ports.Add(new PortId(1), datapath.AddPort("in"));
        parts.Ports.Add(new PortId(4), datapath.AddPort("out"));
        foreach (var packet in Packets())
        {
            datapath.Receive(1, packet);
            loop.Turn(TimeSpan.Zero);
        }
        inbox.PostCompareAll();
        loop.Turn(TimeSpan.Zero);
    }

    /// <summary>A station at a bridge, a router, and a port behind it where nobody answers.</summary>
    private static TopologySnapshot Network()
    {
        var (bridge, router, host) = (new BridgeId(1), new RouterId(1), new HostId(1));
        Device[] devices =
        [
            new Fabric.Devices.Host { Id = host, Name = new DeviceName("", "h") },
            new Bridge { Id = bridge, Name = new DeviceName("t", "b") },
            new Router { Id = router, Name = new DeviceName("t", "r") },
            NewPort(1, bridge, "10.1.0.2", "fd00:1::2") with
            {
                Mac = Station,
                Binding = new HostBinding(host, "in"),
            },
            NewPort(2, bridge) with
            {
                Peer = new PortId(3),
            },
            NewPort(3, router, "10.1.0.1", "fd00:1::1") with
            {
                Mac = Gateway,
                Peer = new PortId(2),
            },
            NewPort(4, router, "10.2.0.1", "fd00:2::1") with
            {
                Mac = Gateway,
                Binding = new HostBinding(host, "out"),
            },
        ];
        return devices.Aggregate(
            TopologySnapshot.Empty,
            (topology, device) => TopologyEvolution.Apply(topology, new TopologyEvent.DeviceCreated(device))
        );
    }

    private static Port NewPort(ulong id, DeviceRef owner, params string[] addresses) =>
        new()
        {
            Id = new PortId(id),
            Name = new DeviceName("t", $"p{id}"),
            Owner = owner,
            Addresses =
            [
                .. addresses.Select(text => IpAddress.Parse(text)).Select(address => new InterfaceAddress(address, address.Width * 3 / 4)),
            ],
        };

    private static IEnumerable<byte[]> Packets()
    {
        var ethernet = $"dl_src={Station},dl_dst={Gateway}";
        string[] packets =
        [
            $"dl_src={Station},dl_dst={MacAddress.Broadcast},arp,arp_op=1,arp_sha={Station},arp_spa=10.1.0.2,arp_tpa=10.1.0.1",
            $"{ethernet},tcp,nw_src=10.1.0.2,nw_dst=10.2.0.9,tp_src=9,tp_dst=80",
            $"{ethernet},icmp,nw_src=10.1.0.2,nw_dst=10.1.0.1",
            $"{ethernet},tcp6,ipv6_src=fd00:1::2,ipv6_dst=fd00:2::9,tp_src=9,tp_dst=80",
            $"{ethernet},icmp6,ipv6_src=fd00:1::2,ipv6_dst=fd00:1::1",
        ];
        return packets.Concat(packets).Select(packet => PacketNotation.Parse(packet).ToFrame());
    }

    private sealed class OneReplica(TopologySnapshot topology) : ITopologyReplica
    {
        public TopologySnapshot Topology => topology;

        public ReplicaState State => new(topology, JournalHead.Start);

        public long ToldPosition => topology.Position;

        public IDisposable Subscribe(IReplicaSubscriber subscriber) => throw new NotSupportedException("this network never changes");
    }
}
