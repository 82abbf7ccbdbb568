using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Host;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Live;

/// <summary>Two agents, each in a namespace of its own, and what their stations send each other through the tunnel.</summary>
[TestFixture(IpFamily.V4)]
[TestFixture(IpFamily.V6)]
public class UnderlayLiveTest(IpFamily underlay) : LiveTest
{
    private static readonly IpFamily[] Families = [IpFamily.V4, IpFamily.V6];

    private TwoHosts _net = null!;

    [SetUp]
    public async Task BringUp() => _net = await TwoHosts.StartAsync(underlay);

    [TearDown]
    public async Task TakeDown() => await _net.DisposeAsync();

    [Test]
    public void Stations_of_two_hosts_reach_each_other([ValueSource(nameof(Families))] IpFamily family)
    {
        _net.Ping("a1", "b1", family);
        _net.Ping("b2", "a1", family);
        Counters(1, counters => counters.DropsOf(DropReason.UnknownTunnelKey)).ShouldBe(0, _net.Describe());
    }

    [Test]
    public void Ten_megabytes_cross_the_tunnel_unharmed([ValueSource(nameof(Families))] IpFamily family)
    {
        _net.Ping("a1", "b1", family);
        var (sent, received) = Transfer.Run(_net.Station("a1").Name, _net.Station("b1").Name, TwoHosts.AddressOf("b1", family), 10 << 20);
        received.ShouldBe(sent, _net.Describe());
    }

    [Test]
    public void Ten_megabytes_cross_between_stations_that_cut_by_themselves([ValueSource(nameof(Families))] IpFamily family)
    {
        foreach (var station in (string[])["a1", "b1"])
        {
            _net.Station(station)
                .Run(() =>
                {
                    ChecksumOffload.AllOff("eth0");
                    return 0;
                });
        }
        _net.Ping("a1", "b1", family);
        var (sent, received) = Transfer.Run(_net.Station("a1").Name, _net.Station("b1").Name, TwoHosts.AddressOf("b1", family), 10 << 20);
        received.ShouldBe(sent, _net.Describe());
    }

    [Test]
    public void In_user_space_long_frames_cross_in_few_calls_and_count_as_what_they_are_cut_into()
    {
        if (LiveDatapath.Kind != DatapathKind.User)
            Assert.Ignore("the kernel has no such counters");
        _net.Ping("a1", "b1", IpFamily.V4);
        Transfer.Run(_net.Station("a1").Name, _net.Station("b1").Name, TwoHosts.AddressOf("b1", IpFamily.V4), 10 << 20);
        // Nothing of 10 MB is longer than 1400 bytes with the tunnel's headers.
        Figure(0, "tunnel_sent").ShouldBeGreaterThan((10 << 20) / 1400, _net.Describe());
        Eventually(() => Figure(1, "tunnel_received") >= (10 << 20) / 1400, "what was sent");
        Figure(0, "tunnel_sent_together").ShouldBeGreaterThan(1000, _net.Describe());
        Figure(1, "tunnel_received_together").ShouldBeGreaterThan(1000, _net.Describe());
        Figure(1, "tunnel_joined").ShouldBeGreaterThan(1000, _net.Describe());
        Figure(0, "tunnel_too_long").ShouldBe(0);
    }

    [Test]
    public void A_flood_crosses_once_for_all_stations_of_the_other_host()
    {
        _net.Ping("a1", "b1", IpFamily.V4);
        using var b1 = Watch("b1");
        using var b2 = Watch("b2");
        var frame = PacketNotation
            .Parse("dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:99:99,udp,nw_src=10.0.0.1,nw_dst=10.0.0.99,tp_src=1,tp_dst=2")
            .ToFrame();
        Send("a1", frame);
        foreach (var watch in (PacketSocket[])[b1, b2])
            Eventually(() => Has(watch, frame), $"the flood: {_net.Describe()}");
        Eventually(() => FloodActions().Any(), "the flood's flow");
        // Stations flood by themselves too; each flow sends the other host one copy.
        FloodActions().ShouldAllBe(actions => actions.Count(action => action.Kind == FlowActionKind.SetTunnel) == 1);
    }

    [Test]
    public void What_comes_by_a_key_of_nobody_or_from_nobody_is_dropped_and_counted()
    {
        _net.Ping("a1", "b1", IpFamily.V4);
        var frame = PacketNotation
            .Parse("dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:0b,udp,nw_src=10.0.0.1,nw_dst=10.0.0.11")
            .ToFrame();
        SendByHand(_net.Underlay(0), key: 0xabcdef, frame);
        Eventually(() => Counters(1, counters => counters.DropsOf(DropReason.UnknownTunnelKey)) > 0, "a drop by key");

        var stranger = IpAddress.Parse(underlay == IpFamily.V4 ? "192.0.2.77" : "2001:db8::77");
        _net.Host(0).Routes.AddAddress(_net.Host(0).Routes.ReadLink(TwoHosts.Cable), stranger, underlay == IpFamily.V4 ? 24 : 64);
        using var watch = Watch("b1");
        SendByHand(stranger, _net.Agents[0].View.Topology.TunnelKeys.Of(TwoHosts.PortOf("b1")), frame);
        Eventually(() => Counters(1, counters => counters.DropsOf(DropReason.UnknownPeer)) > 0, "a drop by peer");
        Has(watch, frame).ShouldBeFalse("a frame of nobody reached a station");
    }

    [Test]
    public async Task A_host_that_takes_another_address_is_reached_there_at_once()
    {
        _net.Ping("a1", "b1", IpFamily.V4);
        var other = IpAddress.Parse(underlay == IpFamily.V4 ? "192.0.2.22" : "2001:db8::22");
        _net.Host(1).Routes.AddAddress(_net.Host(1).Routes.ReadLink(TwoHosts.Cable), other, underlay == IpFamily.V4 ? 24 : 64);
        var host = _net.Agents[0].View.Topology.Hosts[new HostId(2)];
        await _net.DoAsync(new TopologyCommand.PutDevice(host with { Underlay = [other] }));
        _net.Ping("a1", "b1", IpFamily.V4);
        // The ping's flow is one of several, and they are decided again one after another.
        Eventually(() => Destinations().SequenceEqual([other.Bits]), "that all flows lead there");

        IEnumerable<UInt128> Destinations() =>
            Flows(0)
                .SelectMany(flow => flow)
                .Where(action => action.Kind == FlowActionKind.SetTunnel)
                .Select(action => action.Value)
                .Distinct();
    }

    [Test]
    public async Task A_port_whose_host_has_no_address_is_unreachable_and_counted()
    {
        _net.Ping("a1", "b1", IpFamily.V4);
        var host = _net.Agents[0].View.Topology.Hosts[new HostId(2)];
        await _net.DoAsync(new TopologyCommand.PutDevice(host with { Underlay = [] }));
        using var socket = Fabric.Agent.Lab.EchoSocket.Open(_net.Station("a1").Name, IpFamily.V4);
        Eventually(
            () =>
            {
                socket.Send(TwoHosts.AddressOf("b2", IpFamily.V4), TimeSpan.FromMilliseconds(100));
                return Counters(0, counters => counters.DropsOf(DropReason.PeerUnreachable)) > 0;
            },
            "a drop for want of an address"
        );
    }

    [Test]
    public async Task What_comes_through_the_tunnel_passes_also_without_an_agent()
    {
        if (LiveDatapath.Kind != DatapathKind.Kernel)
            Assert.Ignore("in user space the agent is the datapath");
        _net.Ping("a1", "b1", IpFamily.V4);
        var key = _net.Agents[1].View.Topology.TunnelKeys.Of(TwoHosts.PortOf("b2"));
        Eventually(() => Keys(1).Count(found => found == key) == 3, "flows of what may come");
        await _net.StopAsync(1);
        var frame = PacketNotation
            .Parse("dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:0c,udp,nw_src=10.0.0.1,nw_dst=10.0.0.12")
            .ToFrame();
        using var b2 = Watch("b2");
        Send("a1", frame);
        Eventually(() => Has(b2, frame), $"a frame to a station that was never talked to; the kernel has {Dump(1)}");
        _net.Ping("a1", "b1", IpFamily.V4);

        _net.StartAgain(1);
        Eventually(() => Counters(1, counters => counters.Adopted) > 0, "adoption");
        _net.Ping("a1", "b2", IpFamily.V6);
        Eventually(() => Keys(1).Count(found => found == key) == 3, "what may come is still prepared");
        Counters(1, counters => counters.Surprises).ShouldBe(0);
        Counters(1, counters => counters.Failed).ShouldBe(0, _net.Describe());
    }

    [Test]
    public void A_tunnel_that_another_program_took_off_comes_back()
    {
        if (LiveDatapath.Kind != DatapathKind.Kernel)
            Assert.Ignore("in user space the tunnel is the agent's own");
        _net.Ping("a1", "b1", IpFamily.V4);
        var routes = _net.Host(1).Routes;
        var index = routes.ReadLink("fabric-vxlan").Index;
        routes.Delete(routes.ReadLink("fabric-vxlan"));
        Eventually(() => routes.FindLink("fabric-vxlan") is { } link && link.Index != index, "another tunnel");
        _net.Ping("a1", "b1", IpFamily.V4);
        _net.Ping("b1", "a1", IpFamily.V6);
    }

    [Test]
    public async Task A_host_in_user_space_and_one_on_the_kernel_understand_each_other()
    {
        if (LiveDatapath.Kind != DatapathKind.Kernel)
            Assert.Ignore("there is no module here");
        await _net.DisposeAsync();
        _net = await TwoHosts.StartAsync(underlay, second: DatapathKind.User);
        foreach (var family in Families)
        {
            _net.Ping("a1", "b1", family);
            _net.Ping("b2", "a1", family);
        }
    }

    [Test]
    public async Task Datagrams_that_user_space_sends_together_pass_the_kernel_of_a_host_whose_agent_is_away()
    {
        if (LiveDatapath.Kind != DatapathKind.Kernel)
            Assert.Ignore("there is no module here");
        await _net.DisposeAsync();
        _net = await TwoHosts.StartAsync(underlay, second: DatapathKind.User);
        _net.Ping("a1", "b1", IpFamily.V4);
        await _net.StopAsync(0);
        var frames = Enumerable
            .Range(1, 20)
            .Select(port =>
                PacketNotation
                    .Parse($"dl_src=02:00:00:00:00:0b,dl_dst=02:00:00:00:00:01,udp,nw_src=10.0.0.11,nw_dst=10.0.0.1,tp_src=7,tp_dst={port}")
                    .ToFrame()
            )
            .ToArray();
        using var a1 = Watch("a1");
        var arrived = new HashSet<int>();
        Eventually(
            () =>
            {
                Send("b1", frames);
                var received = Received(a1);
                arrived.UnionWith(Enumerable.Range(0, frames.Length).Where(i => received.Any(found => found.SequenceEqual(frames[i]))));
                return arrived.Count == frames.Length && Figure(1, "tunnel_sent_together") > 0;
            },
            "all of them, some sent together"
        );
    }

    [Test]
    public void The_outer_header_has_the_code_point_of_the_packet_if_that_is_wanted([Values] bool isWanted)
    {
        _net.Agents[0].OnEachThreadAsync(shard => shard.Parts.Ports.Underlay.CopiesDscp = isWanted).GetAwaiter().GetResult();
        using var cable = _net.Host(1).Run(() => PacketSocket.Open(TwoHosts.Cable));
        foreach (var tos in (int[])[184, 0])
        {
            var frame = PacketNotation
                .Parse($"dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:0b,udp,nw_src=10.0.0.1,nw_dst=10.0.0.11,nw_tos={tos}")
                .ToFrame();
            var outer = -1;
            Eventually(
                () =>
                {
                    Send("a1", frame);
                    return TryFindOuter(cable, frame, out outer);
                },
                "the frame on the cable"
            );
            outer.ShouldBe(isWanted ? tos : 0);
        }
    }

    [Test]
    public void A_capture_of_the_underlay_is_VXLAN_to_others()
    {
        PacketCapture.SkipWithoutTshark();
        _net.Ping("a1", "b1", IpFamily.V4);
        using var capture = new PacketCapture(_net.Host(1), TwoHosts.Cable);
        _net.Ping("a1", "b1", IpFamily.V4);
        var key = _net.Agents[0].View.Topology.TunnelKeys.Of(TwoHosts.PortOf("b1"));
        Eventually(
            () => capture.Decode("icmp.type == 8", "udp.dstport", "vxlan.vni", "eth.src", "udp.checksum.status").Count > 0,
            "an echo request on the cable"
        );
        var fields = capture.Decode("icmp.type == 8", "udp.dstport", "vxlan.vni", "udp.srcport", "ip.dst")[0].Split('\t');
        fields[0].ShouldBe("4789");
        fields[1].ShouldBe($"{key}");
        int.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(32768);
        fields[3].ShouldEndWith("10.0.0.11");
        capture.Decode("_ws.malformed").ShouldBeEmpty();
    }

    private FlowAction[][] Flows(int host) =>
        _net.Agents[host]
            .OnEachThreadAsync(shard => shard.Parts.Flows.Records.Select(record => record.Flow.Actions).ToArray())
            .GetAwaiter()
            .GetResult()
            .SelectMany(actions => actions)
            .ToArray();

    private IEnumerable<FlowAction[]> FloodActions()
    {
        var key = _net.Agents[0].View.Topology.TunnelKeys.Of(new BridgeId(1));
        return Flows(0).Where(actions => actions.Any(action => action.Kind == FlowActionKind.SetTunnel && action.Id == key));
    }

    private long Counters(int host, Func<Fabric.Agent.Upcalls.PathCounters, long> read) =>
        _net.Agents[host].Shards.Sum(shard => read(shard.Parts.Path.Counters));

    private long Figure(int host, string name) =>
        _net.Agents[host].OnEachThreadAsync(shard => shard.Datapath.GetFigures()[name]).GetAwaiter().GetResult().Sum();

    private ulong[] Keys(int host) =>
        _net.Agents[host]
            .OnEachThreadAsync(shard =>
                shard
                    .Parts.Flows.Records.Where(record => record is { IsPrepared: true, State: FlowState.Installed })
                    .Select(record => record.Flow.Key.Get(FlowField.TunnelId))
                    .ToArray()
            )
            .GetAwaiter()
            .GetResult()
            .SelectMany(keys => keys)
            .ToArray();

    private string Dump(int host) =>
        HostProcess.Run(Patience, _net.Host(host).Name, "ovs-dpctl", "dump-flows", AgentOptions.DefaultDatapathName).Output;

    private void Send(string station, params byte[][] frames)
    {
        using var socket = Watch(station);
        using var batch = new FrameBatch();
        foreach (var frame in frames)
            batch.TryAdd(frame);
        socket.Send(batch);
    }

    private PacketSocket Watch(string station) => _net.Station(station).Run(() => PacketSocket.Open("eth0"));

    private static bool Has(PacketSocket socket, byte[] frame) => Received(socket).Any(found => found.AsSpan().SequenceEqual(frame));

    /// <summary>Finds a frame in its tunnel, and the outer type of service.</summary>
    private static bool TryFindOuter(PacketSocket cable, byte[] frame, out int tos)
    {
        tos = -1;
        if (Received(cable).FirstOrDefault(found => found.Length > frame.Length && found.AsSpan().EndsWith(frame)) is not { } outer)
            return false;
        FlowKeyReader.Read(outer, 1, out var key);
        tos = (int)key.Get(FlowField.IpTos);
        return true;
    }

    private static List<byte[]> Received(PacketSocket socket)
    {
        using var batch = new FrameBatch();
        var frames = new List<byte[]>();
        while (socket.Receive(batch) > 0)
        {
            for (var i = 0; i < batch.Count; i++)
                frames.Add(batch.Frame(i).ToArray());
        }
        return frames;
    }

    private void SendByHand(IpAddress source, uint key, byte[] frame)
    {
        var datagram = new byte[VxlanHeader.Length + frame.Length];
        new VxlanHeader(key).Write(datagram);
        frame.CopyTo(datagram, VxlanHeader.Length);
        var family = underlay == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        using var socket = _net.Host(0).Run(() => new Socket(family, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(new IPEndPoint(IPAddress.Parse($"{source}"), 0));
        socket.SendTo(datagram, new IPEndPoint(IPAddress.Parse($"{_net.Underlay(1)}"), Vxlan.Port));
    }
}
