using Fabric.Addresses;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>What frames made by the network must be.</summary>
internal static class Answers
{
    /// <summary>An ICMP or ICMPv6 message of this type and code between these addresses; returns what it quotes or carries.</summary>
    public static byte[] ShouldBeIcmp(byte[] frame, (byte Type, byte Code) kind, string source, string destination)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        ShouldBeBetween(frame, layout, source, destination);
        var message = frame.AsSpan(layout.TransportOffset, layout.TransportLength);
        layout.Transport.ShouldBe(layout.Network == NetworkKind.Ipv4 ? TransportKind.Icmp : TransportKind.Icmpv6);
        (message[0], message[1]).ShouldBe(kind);
        return message[8..].ToArray();
    }

    /// <summary>A TCP reset between these addresses.</summary>
    public static void ShouldBeReset(byte[] frame, string source, string destination)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        ShouldBeBetween(frame, layout, source, destination);
        TcpView.TryParse(frame.AsSpan(layout.TransportOffset), out var view).ShouldBeTrue();
        (view.Flags & TcpFlags.Rst).ShouldBe(TcpFlags.Rst);
        (view.SourcePort, view.DestinationPort).ShouldBe(((ushort)80, (ushort)40_000));
    }

    /// <summary>The stations of a frame.</summary>
    public static (MacAddress From, MacAddress To) Stations(byte[] frame)
    {
        EthernetView.TryParse(frame, out var view).ShouldBeTrue();
        return (view.Source, view.Destination);
    }

    /// <summary>An ARP reply or neighbor advertisement that an address is at a station, to who asked.</summary>
    public static void ShouldTell(byte[] frame, string address, MacAddress mac, MacAddress askerMac, string asker)
    {
        Stations(frame).ShouldBe((mac, askerMac));
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        if (layout.Network == NetworkKind.Arp)
        {
            ArpView.TryParse(frame.AsSpan(layout.NetworkOffset), out var view);
            ArpHeader.TryParse(view, out var header, out _).ShouldBeTrue();
            header.ShouldBe(new ArpHeader(Arp.Reply, mac, Ipv4Address.Parse(address), askerMac, Ipv4Address.Parse(asker)));
            return;
        }
        NeighborView.TryParse(frame.AsSpan(layout.TransportOffset, layout.TransportLength), out var neighbor).ShouldBeTrue();
        var (own, other) = (Ipv6Address.Parse(address), Ipv6Address.Parse(asker));
        NeighborAdvertisement.TryParse(neighbor, own, other, 255, out var told, out var fault).ShouldBeTrue($"{fault}");
        (told.Target, told.TargetMac, told.IsSolicited).ShouldBe((own, mac, true));
    }

    private static void ShouldBeBetween(byte[] frame, PacketLayout layout, string source, string destination)
    {
        var packet = frame.AsSpan(layout.NetworkOffset);
        if (layout.Network == NetworkKind.Ipv4)
        {
            Ipv4View.TryParse(packet, out var v4).ShouldBeTrue();
            Ipv4Header.TryParse(v4, out _, out _).ShouldBeTrue();
            (v4.Source.ToString(), v4.Destination.ToString()).ShouldBe((source, destination));
            return;
        }
        Ipv6View.TryParse(packet, out var v6).ShouldBeTrue();
        (v6.Source.ToString(), v6.Destination.ToString()).ShouldBe((source, destination));
    }
}
