using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Simulation;

/// <summary>Frames of the stories, from one station to another.</summary>
internal static class Make
{
    public static byte[] Udp(string source, string destination, MacAddress from, MacAddress to, byte ttl = 64, ushort sourcePort = 4000)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var length = PacketBuilder.Udp(frame, Between(source, destination, from, to), sourcePort, 5000, "hello"u8, ttl);
        return frame[..length];
    }

    public static byte[] Tcp(string source, string destination, MacAddress from, MacAddress to, TcpFlags flags = TcpFlags.Syn)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var header = new TcpHeader(40_000, 80, 1000, 2000, flags) { Window = 1024 };
        return frame[..PacketBuilder.Tcp(frame, Between(source, destination, from, to), header, [])];
    }

    public static byte[] Protocol(byte protocol, string source, string destination, MacAddress from, MacAddress to)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var start = PacketBuilder.Ip(frame, Between(source, destination, from, to), protocol, 12, 64);
        return frame[..(start + 12)];
    }

    public static byte[] Echo(string source, string destination, MacAddress from, MacAddress to, byte ttl = 64)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var addresses = Between(source, destination, from, to);
        var length =
            addresses.Source.Family == IpFamily.V4
                ? PacketBuilder.Icmp(frame, addresses, IcmpHeader.Echo(IcmpType.EchoRequest, 7, 1), "ping"u8, ttl)
                : PacketBuilder.Icmpv6(frame, addresses, Icmpv6Header.Echo(Icmpv6Type.EchoRequest, 7, 1), "ping"u8, ttl);
        return frame[..length];
    }

    /// <summary>The error that its port is unreachable, about a packet.</summary>
    public static byte[] Unreachable(byte[] about, string speaker, MacAddress from, MacAddress to)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        PacketLayout.TryParse(about, out var layout).ShouldBeTrue();
        var address = IpAddress.Parse(speaker);
        var length =
            address.Family == IpFamily.V4
                ? PacketBuilder.IcmpError(
                    frame,
                    about,
                    layout,
                    from,
                    to,
                    address.AsV4,
                    new(IcmpType.DestinationUnreachable, IcmpUnreachableCode.Port, 0)
                )
                : PacketBuilder.Icmpv6Error(
                    frame,
                    about,
                    layout,
                    from,
                    to,
                    address.AsV6,
                    new(Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.Port, 0)
                );
        return frame[..length];
    }

    /// <summary>A frame as a simulation let it leave: with the addresses and ports of a key.</summary>
    public static byte[] Left(byte[] frame, in FlowKey key)
    {
        var left = frame.ToArray();
        PacketLayout.TryParse(left, out var layout).ShouldBeTrue();
        if (key.Family == IpFamily.V4)
        {
            PacketEditor.SetSource(left, layout, key.NwSrc.AsV4);
            PacketEditor.SetDestination(left, layout, key.NwDst.AsV4);
        }
        else
        {
            PacketEditor.SetSource(left, layout, key.NwSrc.AsV6);
            PacketEditor.SetDestination(left, layout, key.NwDst.AsV6);
        }
        PacketEditor.SetSourcePort(left, layout, key.TpSrc);
        PacketEditor.SetDestinationPort(left, layout, key.TpDst);
        return left;
    }

    /// <summary>An echo request as a reply.</summary>
    public static byte[] Reply(byte[] echo)
    {
        PacketLayout.TryParse(echo, out var layout).ShouldBeTrue();
        echo[layout.TransportOffset] = layout.Network == NetworkKind.Ipv4 ? IcmpType.EchoReply : Icmpv6Type.EchoReply;
        return echo;
    }

    public static byte[] WithIdentifier(byte[] echo, ushort identifier)
    {
        PacketLayout.TryParse(echo, out var layout).ShouldBeTrue();
        PacketEditor.SetEchoIdentifier(echo, layout, identifier);
        return echo;
    }

    /// <summary>An ARP packet to a station or to all.</summary>
    public static byte[] Arp(ushort operation, MacAddress to, MacAddress sender, string senderIp, MacAddress target, string targetIp)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var header = new ArpHeader(operation, sender, Ipv4Address.Parse(senderIp), target, Ipv4Address.Parse(targetIp));
        return frame[..PacketBuilder.Arp(frame, to, header)];
    }

    /// <summary>The question for a station, in the version of the addresses.</summary>
    public static byte[] Question(MacAddress asker, string askerIp, string target)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var (own, other) = (IpAddress.Parse(askerIp), IpAddress.Parse(target));
        var length =
            own.Family == IpFamily.V4
                ? PacketBuilder.ArpRequest(frame, asker, own.AsV4, other.AsV4)
                : PacketBuilder.NeighborSolicitation(frame, asker, own.AsV6, other.AsV6);
        return frame[..length];
    }

    /// <summary>The answer to such a question.</summary>
    public static byte[] Answer(MacAddress mac, string address, MacAddress askerMac, string asker)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var (own, other) = (IpAddress.Parse(address), IpAddress.Parse(asker));
        var length =
            own.Family == IpFamily.V4
                ? PacketBuilder.ArpReply(frame, mac, own.AsV4, askerMac, other.AsV4)
                : PacketBuilder.NeighborAdvertisement(frame, mac, own.AsV6, askerMac, other.AsV6, isRouter: false);
        return frame[..length];
    }

    /// <summary>What a station tells everybody unasked.</summary>
    public static byte[] Announcement(MacAddress mac, string address)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var own = IpAddress.Parse(address);
        var length =
            own.Family == IpFamily.V4
                ? PacketBuilder.ArpRequest(frame, mac, own.AsV4, own.AsV4)
                : PacketBuilder.NeighborAnnouncement(frame, mac, own.AsV6, isRouter: false);
        return frame[..length];
    }

    public static byte[] Tagged(byte[] frame, ushort vlan, byte priority = 0)
    {
        var tagged = new byte[frame.Length + 4];
        frame.AsSpan(0, 12).CopyTo(tagged);
        tagged[12] = 0x81;
        tagged[14] = (byte)(priority << 5 | vlan >> 8);
        tagged[15] = (byte)vlan;
        frame.AsSpan(12).CopyTo(tagged.AsSpan(16));
        return tagged;
    }

    private static PacketAddresses Between(string source, string destination, MacAddress from, MacAddress to) =>
        new(from, to, IpAddress.Parse(source), IpAddress.Parse(destination));
}
