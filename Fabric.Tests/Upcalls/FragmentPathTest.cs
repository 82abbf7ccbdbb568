using Fabric.Addresses;
using Fabric.Agent.Effects;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Upcalls;

/// <summary>Fragments on the whole packet path, behind a router that translates sources.</summary>
public sealed class FragmentPathTest
{
    private static readonly (string Port, string Address, MacAddress Mac)[] s_stations =
    [
        ("vm1", "10.0.0.1", RouterWorld.Vm1Mac),
        ("vm2", "10.0.0.2", RouterWorld.Vm2Mac),
    ];

    /// <summary>In any order, of any packets at once: whatever is sent arrives whole, and each packet's station has one port outside.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void Packets_in_pieces_that_come_in_any_order_arrive_whole(int seed)
    {
        using var agent = Start();
        var random = new Random(seed);
        var pieces = new List<(string Port, byte[] Frame)>();
        for (ushort number = 0; number < 24; number++)
        {
            var (port, address, mac) = s_stations[random.Next(s_stations.Length)];
            var sent = Datagram(address, mac, (ushort)(4000 + number % 8), 20 + random.Next(400));
            pieces.AddRange(Fragments.Cut(sent, 8 * random.Next(1, 12), number).Select(piece => (port, piece)));
        }
        var arrived = new List<byte[]>();
        foreach (var (port, frame) in pieces.OrderBy(_ => random.Next()).ToList())
        {
            agent.Datapath.Receive(agent.Parts.Ports.Attached[PortIdOf(agent, port)], frame);
            arrived.AddRange(agent.TurnRaw().Select(sent => sent.Frame));
        }
        arrived.AddRange(agent.TurnRaw().Select(sent => sent.Frame));

        arrived.Count.ShouldBe(pieces.Count, $"seed {seed}");
        agent.Parts.Effects.Parked.ShouldBe(0);
        foreach (var packet in arrived.GroupBy(IdentificationOf))
        {
            var whole = packet.Count() == 1 ? packet.Single() : Fragments.Join([.. packet]).ShouldNotBeNull($"seed {seed}");
            PacketLayout.TryParse(whole, out var layout).ShouldBeTrue();
            TransportChecksum.Holds(whole, layout).ShouldBeTrue($"seed {seed}, packet {packet.Key}");
            FlowKeyReader.Read(whole, 0, out var key);
            $"{key.NwSrc}".ShouldBe("192.0.2.1");
        }
    }

    [Test]
    public void A_fragment_that_waits_in_vain_is_dropped_and_the_rest_of_its_packet_at_once()
    {
        using var agent = Start();
        var pieces = Fragments.Cut(Datagram("10.0.0.1", RouterWorld.Vm1Mac, 4000, 100), 32, 7);
        Send(agent, pieces[1]).ShouldBe(0);
        agent.Parts.Effects.Parked.ShouldBe(1);
        agent.Clock.Pass(FragmentLot.MaxWait + TimeSpan.FromMilliseconds(200));
        agent.TurnRaw().Count.ShouldBe(0);
        (agent.Parts.Effects.Parked, agent.Parts.Effects.GivenUp).ShouldBe((0, 1));
        agent.Parts.Path.Counters.DropsOf(DropReason.FragmentAlone).ShouldBe(1);
        Send(agent, pieces[2]).ShouldBe(0);
        agent.Parts.Effects.Parked.ShouldBe(0);
        agent.Parts.Path.Counters.DropsOf(DropReason.FragmentAlone).ShouldBe(2);
        Send(agent, pieces[0]).ShouldBe(1);
        Send(agent, pieces[1]).ShouldBe(1, "sent again, after its first");
    }

    [Test]
    public void Later_fragments_alone_take_no_more_room_than_a_port_may_have()
    {
        using var agent = Start();
        for (uint number = 0; number < FragmentLot.MaxPerPort + 10; number++)
            Send(agent, Fragments.Cut(Datagram("10.0.0.1", RouterWorld.Vm1Mac, 4000, 100), 32, number)[1]);
        (agent.Parts.Effects.Parked, agent.Parts.Effects.GivenUp).ShouldBe((FragmentLot.MaxPerPort, 10));
    }

    private static int Send(AgentBench agent, byte[] frame)
    {
        agent.Datapath.Receive(agent.Parts.Ports.Attached[PortIdOf(agent, "vm1")], frame);
        return agent.TurnRaw().Count;
    }

    private static Fabric.Devices.PortId PortIdOf(AgentBench agent, string name) =>
        agent.View.Topology.Ports.Values.Single(port => port.Name.Name == name).Id;

    /// <summary>The usual world; its gateway has spoken, and so have the stations.</summary>
    private static AgentBench Start()
    {
        var agent = new AgentBench(NatWorld.Source().World.Net);
        agent.Datapath.Receive(
            agent.Parts.Ports.Attached[PortIdOf(agent, "uplink")],
            Make.Question(RouterWorld.GatewayMac, "192.0.2.254", "192.0.2.1")
        );
        agent.TurnRaw().Count.ShouldBe(1, "the router answers");
        return agent;
    }

    private static uint IdentificationOf(byte[] frame)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        Ipv4View.TryParse(frame.AsSpan(layout.NetworkOffset), out var view).ShouldBeTrue();
        return view.Identification;
    }

    private static byte[] Datagram(string source, MacAddress mac, ushort port, int length)
    {
        var key = NatWorld.Packet(source, NatWorld.Remote, port, 5000, IpProtocol.Udp);
        (key.EthSrc, key.EthDst) = (mac, RouterWorld.InsideMac);
        return PacketSynthesizer.Build(key, [.. Enumerable.Range(0, length).Select(i => (byte)i)]);
    }
}
