using Fabric.Tests.Packets;

namespace Fabric.Tests.Kernel;

/// <summary>A frame of every protocol that a flow key tells apart, and of some that it does not, whole and broken.</summary>
internal static class FrameCorpus
{
    private const string Ethernet = "02000000000b 02000000000a";
    private const string Addresses4 = "0000 0a000001 0a000002";
    private const string Addresses6 = "fd000000000000000000000000000001 fd000000000000000000000000000002";
    private const string Ports = "1234 0035";
    private const string Data = "0102030405060708 090a0b0c0d0e0f10";
    private const string Solicitation = "87 00 0000 00000000 fd000000000000000000000000000002";

    /// <summary>Name and bytes.</summary>
    public static IEnumerable<(string Name, byte[] Frame)> All =>
        [
            ("tcp", Frames.Tcp4),
            ("tcp6", Frames.Tcp6),
            ("udp", Frames.Udp4),
            ("udp6", Frames.Udp6),
            ("echo", Frames.Echo4),
            ("echo6", Frames.Echo6),
            ("arp request", Frames.ArpRequest),
            ("arp reply", Changed(Frames.ArpRequest, 21, 2)),
            ("arp operation 256", Changed(Frames.ArpRequest, 20, 1)),
            ("arp for other addresses", Changed(Frames.ArpRequest, 15, 6)),
            ("rarp", Changed(Frames.ArpRequest, 12, 0x80, 0x35)),
            ("vlan", Tagged(Frames.Udp4, "8100 6064")),
            ("vlan 0", Tagged(Frames.Udp6, "8100 0000")),
            ("service tag", Tagged(Frames.Tcp4, "88a8 0064")),
            ("two tags", Tagged(Frames.Tcp4, "88a8 2001 8100 4fff")),
            ("two customer tags", Tagged(Frames.ArpRequest, "8100 0001 8100 0002")),
            ("three tags", Tagged(Frames.Udp4, "88a8 0001 8100 000a 8100 000b")),
            ("tagged 802.2", Of("8100 0005 0026 424203 0000 00 00")),
            ("spanning tree", Of("0026 424203 0000000000")),
            ("snap", Of($"0024 aaaa03 000000 0800 4500 001c 0000 4000 40 11 {Addresses4} {Ports} 0008 0000")),
            ("lldp", Of("88cc 0207 04 02000000000a 0000")),
            ("unknown type", Of("9000 0000 0000")),
            ("first fragment", Ipv4("2000", "11", Ports + "0018 0000" + Data)),
            ("later fragment", Ipv4("0002", "11", Data)),
            ("options", Of($"0800 4600 0020 0000 4000 40 11 {Addresses4} 94040000 {Ports} 0008 0000")),
            ("sctp", Ipv4("4000", "84", Ports + Data)),
            ("gre", Ipv4("4000", "2f", Data)),
            ("igmp", Ipv4("4000", "02", "1600 0904 e00000fb")),
            ("unreachable", Ipv4("4000", "01", "0303 0000 00000000 4500001c 00004000 4011 0000 0a000002 0a000001 0035 1234 0008 0000")),
            ("ports cut", Ipv4("4000", "06", "1234 00")),
            ("ipv4 header cut", Of("0800 4500 0020 0000")),
            ("ipv4 header too short", Of($"0800 4400 0020 0000 4000 40 11 {Addresses4} {Ports} 0008 0000")),
            ("hop by hop", Ipv6("00", "1100 050200000100", Ports + "0008 0000")),
            ("destination options", Ipv6("3c", "0600 010400000000", Ports + Data)),
            ("routing header", Ipv6("2b", "1100 0000 00000000", Ports + "0008 0000")),
            ("first fragment6", Ipv6("2c", "1100 0001 00000000", Ports + "0018 0000" + Data)),
            ("later fragment6", Ipv6("2c", "1100 0011 00000000", Data)),
            ("encrypted", Ipv6("32", "", Data)),
            ("no next header", Ipv6("3b", "", "")),
            ("sctp6", Ipv6("84", "", Ports + Data)),
            ("ipv6 header cut", Of("86dd 6000 0000 0008 11 40 fd00")),
            ("flow label", Changed(Frames.Udp6, 14, 0x6b, 0x8a, 0xbc, 0xde)),
            ("solicitation", Ipv6("3a", "", Solicitation + "01 01 02000000000a")),
            ("solicitation without option", Ipv6("3a", "", Solicitation)),
            ("solicitation of code 1", Ipv6("3a", "", Solicitation.Replace("87 00", "87 01"))),
            ("advertisement", Ipv6("3a", "", Solicitation.Replace("87 00", "88 00") + "02 01 02000000000b")),
            ("solicitation cut", Ipv6("3a", "", "87 00 0000 0000")),
            ("router advertisement", Ipv6("3a", "", "86 00 0000 40 00 0708 00000000 00000000")),
        ];

    /// <summary>Frames of which the kernel's key tells less than ours.</summary>
    public static IEnumerable<(string Name, byte[] Frame)> Foreign =>
        [
            ("mpls", Of("8847 0001 41 40 45000014 0000 4000 40 11 0000 0a000001 0a000002")),
            ("nsh", Of("894f 0fc6 0103 00000100 00000000 00000000 00000000 00000000" + Ethernet + "0800")),
        ];

    private static byte[] Of(string rest) => Wire.Hex($"{Ethernet} {rest}");

    private static byte[] Ipv4(string fragment, string protocol, string payload)
    {
        var frame = Of($"0800 4500 0000 0001 {fragment} 40 {protocol} {Addresses4} {payload}");
        frame[17] = (byte)(frame.Length - 14);
        return frame;
    }

    private static byte[] Ipv6(string next, string extension, string payload)
    {
        var frame = Of($"86dd 60000000 0000 {next} 40 {Addresses6} {extension} {payload}");
        frame[19] = (byte)(frame.Length - 14 - 40);
        return frame;
    }

    private static byte[] Tagged(byte[] frame, string tags) => [.. frame[..12], .. Wire.Hex(tags), .. frame[12..]];

    private static byte[] Changed(byte[] frame, int at, params byte[] bytes)
    {
        bytes.CopyTo(frame, at);
        return frame;
    }
}
