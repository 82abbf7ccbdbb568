using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>What the source of a packet hears that is longer than the tunnel takes.</summary>
public class TooLongStepTest
{
    private const int LongestFrame = 1464;

    [Test]
    public void On_a_bridge_it_hears_it_from_the_destination([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var sent = Long(at, at.Vm2, Vm2Mac);
        world.Send("vm1", sent).Kind.ShouldBe(VerdictKind.Forward);
        Answer(world, "vm1", sent).ShouldBeTrue();
        var answer = world.OnlyAnswer("vm1");
        Answers.Stations(answer).ShouldBe((Vm2Mac, Vm1Mac));
        ShouldTell(answer, at, at.Vm2, 1450, sent);
    }

    [Test]
    public void Behind_a_router_it_hears_it_from_the_router_about_the_packet_that_it_sent(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual();
        var sent = Long(at, at.Far, InsideMac);
        world.Send("vm1", sent).Kind.ShouldBe(VerdictKind.Forward);
        Answer(world, "vm1", sent).ShouldBeTrue();
        var answer = world.OnlyAnswer("vm1");
        Answers.Stations(answer).ShouldBe((InsideMac, Vm1Mac));
        ShouldTell(answer, at, at.Inside, 1450, sent);
    }

    [Test]
    public void At_a_port_of_a_router_it_hears_it_from_that_port(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual();
        var sent = Long(at, at.Vm1, UplinkMac, from: GatewayMac, source: at.Gateway);
        world.Send("uplink", sent).Kind.ShouldBe(VerdictKind.Forward);
        Answer(world, "uplink", sent).ShouldBeTrue();
        var answer = world.OnlyAnswer("uplink");
        Answers.Stations(answer).ShouldBe((UplinkMac, GatewayMac));
        ShouldTell(answer, at, at.Uplink, 1450, sent);
    }

    /// <summary>RFC 8201, section 4: a source sends no less than 1280 bytes, so it is not told less.</summary>
    [Test]
    public void IPv6_is_never_told_less_than_1280()
    {
        var (world, at) = (Usual(), AddressPlan.V6);
        var sent = Long(at, at.Vm2, Vm2Mac);
        world.Send("vm1", sent);
        Answer(world, "vm1", sent, longestFrame: 1000).ShouldBeTrue();
        ShouldTell(world.OnlyAnswer("vm1"), at, at.Vm2, 1280, sent);
        var least = Long(at, at.Vm2, Vm2Mac, packetBytes: 1280);
        world.Send("vm1", least);
        Answer(world, "vm1", least, longestFrame: 1000).ShouldBeFalse("it cannot send less");
        world.ShouldStaySilent();
    }

    [Test]
    public void Groups_errors_and_frames_that_are_not_IP_draw_no_answer()
    {
        var world = Usual();
        var at = AddressPlan.V4;
        foreach (
            var sent in (byte[][])
                [
                    Long(at, "224.0.0.9", MacAddress.Parse("01:00:5e:00:00:09")),
                    Long(at, at.Vm2, MacAddress.Broadcast),
                    Make.Arp(Arp.Request, Vm2Mac, Vm1Mac, at.Vm1, default, at.Unused),
                ]
        )
        {
            world.Send("vm1", sent);
            Answer(world, "vm1", sent).ShouldBeFalse();
            world.ShouldStaySilent();
        }
    }

    private static bool Answer(RouterWorld world, string port, byte[] sent, int longestFrame = LongestFrame) =>
        TooLongStep.Answer(world.Topology, world.Net.PortId(port), sent, longestFrame, world.Scratch);

    private static void ShouldTell(byte[] answer, AddressPlan at, string speaker, int mtu, byte[] sent)
    {
        PacketLayout.TryParse(sent, out var layout).ShouldBeTrue();
        var source = (at.Family == IpFamily.V4 ? sent.AsSpan(26, 4) : sent.AsSpan(22, 16)).ToArray();
        var quoted = Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((3, 4), (2, 0)), speaker, $"{new System.Net.IPAddress(source)}");
        quoted.ShouldBe(sent.AsSpan(layout.NetworkOffset, quoted.Length).ToArray(), "as it was sent");
        PacketLayout.TryParse(answer, out layout);
        var told = answer.AsSpan(layout.TransportOffset + 4, 4);
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(told).ShouldBe((uint)mtu);
    }

    private static byte[] Long(
        AddressPlan at,
        string to,
        MacAddress toMac,
        MacAddress? from = null,
        string? source = null,
        int packetBytes = 1500
    )
    {
        var frame = new byte[2000];
        var addresses = new PacketAddresses(from ?? Vm1Mac, toMac, IpAddress.Parse(source ?? at.Vm1), IpAddress.Parse(to));
        var length = PacketBuilder.Udp(frame, addresses, 4000, 5000, new byte[packetBytes - at.Of(28, 48)], 64);
        return frame[..length];
    }
}
