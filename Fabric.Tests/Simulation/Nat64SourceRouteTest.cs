using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Who sends between the versions by a way of its own is told that this cannot be (RFC 7915, sections 4.1 and 5.1).</summary>
public class Nat64SourceRouteTest
{
    private const int NetworkAt = 14;

    /// <summary>Behind a header of destination options, to show that the pointer counts what is before.</summary>
    [TestCase(1, true)]
    [TestCase(0, false)]
    public void AStationWithSegmentsLeftIsToldWhere(byte left, bool isTold)
    {
        var nat = new Nat64World();
        byte[] headers = [IpProtocol.Routing, 0, 1, 4, 0, 0, 0, 0, IpProtocol.Udp, 0, 253, left, 0, 0, 0, 0];
        var plain = Nat64World.Udp(Nat64World.Vm1, Nat64World.Remote);
        var routed = (byte[])[.. plain[..(NetworkAt + Ipv6.HeaderLength)], .. headers, .. plain[(NetworkAt + Ipv6.HeaderLength)..]];
        routed[NetworkAt + 6] = IpProtocol.DestinationOptions;
        routed[NetworkAt + 5] += (byte)headers.Length;

        var verdict = nat.Send("vm1", routed);

        (verdict.Reason == DropReason.NatNoCounterpart).ShouldBe(isTold);
        if (!isTold)
            return;
        var told = nat.World.OnlyAnswer("edge-lan");
        PacketLayout.TryParse(told, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(told, layout).ShouldBeTrue();
        Icmpv6View.TryParse(told.AsSpan(layout.TransportOffset), out var error).ShouldBeTrue();
        (error.Type, error.Code, error.Rest).ShouldBe((Icmpv6Type.ParameterProblem, (byte)0, 40u + 8 + 3));
        FlowKeyReader.Read(told, 1, out var key);
        $"{key.NwDst}".ShouldBe(Nat64World.Vm1);
    }

    [TestCase(4, true)]
    [TestCase(12, false)]
    public void OneOutsideWithASourceRouteIsToldThatItFailed(byte pointer, bool isTold)
    {
        var nat = new Nat64World();
        var answer = Nat64World.Answer(nat.Pass("vm1", Nat64World.Udp(Nat64World.Vm1, Nat64World.Remote), "uplink"));
        // Loose source route of two places (RFC 791, section 3.1), and the end of the options.
        byte[] option = [131, 11, pointer, 198, 51, 100, 1, 198, 51, 100, 2, 0];
        var routed = (byte[])[.. answer[..(NetworkAt + 20)], .. option, .. answer[(NetworkAt + 20)..]];
        routed[NetworkAt] = 0x45 + 3;
        routed[NetworkAt + 3] += (byte)option.Length;
        var header = routed.AsSpan(NetworkAt, 20 + option.Length);
        header[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Checksum.Of(header));

        var verdict = nat.Send("uplink", routed);

        (verdict.Reason == DropReason.NatNoCounterpart).ShouldBe(isTold);
        if (!isTold)
            return;
        var told = nat.World.OnlyAnswer("uplink");
        PacketLayout.TryParse(told, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(told, layout).ShouldBeTrue();
        IcmpView.TryParse(told.AsSpan(layout.TransportOffset), out var error).ShouldBeTrue();
        (error.Type, error.Code).ShouldBe((IcmpType.DestinationUnreachable, IcmpUnreachableCode.SourceRouteFailed));
        FlowKeyReader.Read(told, 1, out var key);
        ($"{key.NwDst}", key.NwDst.Family).ShouldBe((Nat64World.Remote, IpFamily.V4));
    }
}
