using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Live;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Kernel;

/// <summary>VXLAN as the kernel speaks it: the middle's address on the right cable is its tunnel endpoint, the right guest the other host.</summary>
public class OvsTunnelKernelTest : OvsKernelFixture
{
    private const uint Vni = 0x123456;

    private static readonly IpAddress s_here = IpAddress.Parse("192.0.2.2");
    private static readonly IpAddress s_there = IpAddress.Parse("192.0.2.1");

    private PacketSocket _host = null!;
    private OvsVport _tunnel = null!;

    [SetUp]
    public void OpenTunnel()
    {
        Guests.Middle.Routes.AddAddress(Guests.Port(TwoGuests.RightPort), s_here, 24);
        _host = Guests.Right.Run(() => PacketSocket.Open(TwoGuests.GuestPort));
        _tunnel = Control.AttachTunnel(Datapath, "vxlan0", OvsVportKind.Vxlan, Vxlan.Port, UpcallPid);
    }

    [TearDown]
    public void CloseTunnel() => _host.Dispose();

    [Test]
    public void The_key_of_a_packet_out_of_a_tunnel_says_how_it_came()
    {
        SendEncapsulated(Frames.Udp4);
        OvsUpcallReader.TryRead(ReceiveUpcalls(1)[0].AsSpan(16), out var key, out var upcall).ShouldBeTrue();
        upcall.Packet.ToArray().ShouldBe(Frames.Udp4);
        upcall.IsKeyWhole.ShouldBeTrue();
        key.ShouldBe(TunnelKey());
    }

    [TestCase(FlowField.TunnelId)]
    [TestCase(FlowField.TunnelTtl)]
    [TestCase(FlowField.TunnelSrc)]
    [TestCase(FlowField.EthDst)]
    public void A_flow_admits_packets_by_what_it_says_of_their_tunnel(FlowField field)
    {
        var key = TunnelKey();
        var mask = default(FlowMask);
        mask.AddWhole(field);
        MaskPrerequisites.Complete(key, ref mask);
        foreach (var written in new[] { key, key.Masked(mask) })
        {
            Ask(writer => Flows(writer).TryPut(1, new FlowId(1), written, mask, []).ShouldBeTrue()).ShouldBeEmpty();
            var before = Control.ReadDatapath(DatapathName).Counters.Hits;
            SendEncapsulated(Frames.Udp4);
            Eventually(() => Control.ReadDatapath(DatapathName).Counters.Hits == before + 1, "a hit");
            Ask(writer => Flows(writer).Delete(2, new FlowId(1), echo: false)).ShouldBeEmpty();
        }
        key.SetAny(field, key.GetAny(field) ^ 1);
        Ask(writer => Flows(writer).TryPut(1, new FlowId(1), key, mask, []).ShouldBeTrue()).ShouldBeEmpty();
        SendEncapsulated(Frames.Udp4);
        ReceiveUpcalls(1, "the packet is another flow's");
    }

    [TestCase(0, 64)]
    [TestCase(9, 9)]
    public void A_packet_leaves_encapsulated_as_the_action_says(int ttl, int outerTtl)
    {
        FlowKeyReader.Read(Frames.Udp4, Port.Number, out var key);
        var options = new TunnelOptions(TunnelFlags.Key | TunnelFlags.DontFragment, 0x08, (byte)ttl);
        var tunnel = FlowAction.SetTunnel(Vni, s_here, s_there, options);
        Ask(writer => TryExecute(writer, key, Frames.Udp4, tunnel, FlowAction.Output(_tunnel.Number)).ShouldBeTrue()).ShouldBeEmpty();

        var frame = ReceiveAtHost();
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        Ipv4View.TryParse(frame.AsSpan(layout.NetworkOffset), out var outer).ShouldBeTrue();
        IpAddress.Of(IpFamily.V4, outer.Source.Bits).ShouldBe(s_here);
        IpAddress.Of(IpFamily.V4, outer.Destination.Bits).ShouldBe(s_there);
        (outer.Ttl, outer.Tos).ShouldBe(((byte)outerTtl, (byte)0x08));
        (frame[layout.NetworkOffset + 6] & 0x40).ShouldBe(0x40, "do not fragment");
        UdpView.TryParse(frame.AsSpan(layout.TransportOffset), out var udp).ShouldBeTrue();
        udp.DestinationPort.ShouldBe(Vxlan.Port);
        VxlanView.TryParse(frame.AsSpan(layout.TransportOffset + 8), out var vxlan).ShouldBeTrue();
        vxlan.Vni.ShouldBe(Vni);
        vxlan.Payload.ToArray().ShouldBe(Frames.Udp4);
    }

    private FlowKey TunnelKey()
    {
        FlowKeyReader.Read(Frames.Udp4, _tunnel.Number, out var key);
        key.Set(FlowField.TunnelId, Vni);
        key.SetWide(FlowField.TunnelSrc, s_there.Bits);
        key.SetWide(FlowField.TunnelDst, s_here.Bits);
        key.Set(FlowField.TunnelTtl, 61);
        key.Set(FlowField.TunnelTpSrc, 0xc001);
        key.Set(FlowField.TunnelTpDst, Vxlan.Port);
        // The outer datagram has a checksum, since the other host gave it one.
        key.Set(FlowField.TunnelFlags, (ulong)(TunnelFlags.Key | TunnelFlags.Checksum));
        return key;
    }

    /// <summary>As the other host would send it.</summary>
    private void SendEncapsulated(byte[] inner)
    {
        var key = new FlowKey
        {
            EthSrc = Frames.MacB,
            EthDst = Guests.Port(TwoGuests.RightPort).Mac!.Value,
            EthType = EtherType.Ipv4,
            IpProto = IpProtocol.Udp,
            IpTtl = 61,
            NwSrc = s_there,
            NwDst = s_here,
            TpSrc = 0xc001,
            TpDst = Vxlan.Port,
        };
        var header = new byte[VxlanHeader.Length];
        new VxlanHeader(Vni).Write(header);
        using var batch = new FrameBatch();
        batch.TryAdd(PacketSynthesizer.Build(key, [.. header, .. inner])).ShouldBeTrue();
        _host.Send(batch);
    }

    private byte[] ReceiveAtHost()
    {
        using var batch = new FrameBatch();
        byte[]? found = null;
        Eventually(
            () =>
            {
                _host.Receive(batch);
                found ??= Enumerable.Range(0, batch.Count).Select(i => batch.Frame(i).ToArray()).FirstOrDefault(IsTunnel);
                return found is not null;
            },
            "a packet at the other host"
        );
        return found!;
    }

    private static bool IsTunnel(byte[] frame) => frame.Length > 50 && frame[12] == 8 && frame[13] == 0 && frame[23] == IpProtocol.Udp;
}
