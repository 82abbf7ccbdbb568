using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

/// <summary>Frames whose every byte, checksums included, was worked out apart from this code.</summary>
internal static class Frames
{
    public static readonly MacAddress MacA = MacAddress.Parse("02:00:00:00:00:0a");
    public static readonly MacAddress MacB = MacAddress.Parse("02:00:00:00:00:0b");
    public static readonly PacketAddresses V4 = new(MacA, MacB, IpAddress.Parse("10.0.0.1"), IpAddress.Parse("10.0.0.2"));
    public static readonly PacketAddresses V6 = new(MacA, MacB, IpAddress.Parse("fd00::1"), IpAddress.Parse("fd00::2"));

    /// <summary>Who has 10.0.0.2, asked by 10.0.0.1 of everyone.</summary>
    public static byte[] ArpRequest =>
        Wire.Hex(
            """
            ffffffffffff 02000000000a 0806
            0001 0800 06 04 0001  02000000000a 0a000001  000000000000 0a000002
            """
        );

    /// <summary>10.0.0.1:4660 to 10.0.0.2:53, "hello".</summary>
    public static byte[] Udp4 =>
        Wire.Hex(
            """
            02000000000b 02000000000a 0800
            45 00 0021 0000 4000 40 11 26ca 0a000001 0a000002
            1234 0035 000d 9596 68656c6c6f
            """
        );

    /// <summary>[fd00::1]:4660 to [fd00::2]:53, "hello".</summary>
    public static byte[] Udp6 =>
        Wire.Hex(
            """
            02000000000b 02000000000a 86dd
            60000000 000d 11 40 fd000000000000000000000000000001 fd000000000000000000000000000002
            1234 0035 000d af94 68656c6c6f
            """
        );

    /// <summary>10.0.0.1:40000 to 10.0.0.2:80, SYN, with options: segment size 1460, window scale 7, SACK permitted.</summary>
    public static byte[] Tcp4 =>
        Wire.Hex(
            """
            02000000000b 02000000000a 0800
            45 00 0034 0000 4000 40 06 26c2 0a000001 0a000002
            9c40 0050 01020304 00000000 8002 faf0 c088 0000 020405b4 01030307 04020000
            """
        );

    /// <summary>The same over IPv6.</summary>
    public static byte[] Tcp6 =>
        Wire.Hex(
            """
            02000000000b 02000000000a 86dd
            60000000 0020 06 40 fd000000000000000000000000000001 fd000000000000000000000000000002
            9c40 0050 01020304 00000000 8002 faf0 da86 0000 020405b4 01030307 04020000
            """
        );

    /// <summary>Echo request 0x1234/1 from 10.0.0.1 to 10.0.0.2, "abcdefg".</summary>
    public static byte[] Echo4 =>
        Wire.Hex(
            """
            02000000000b 02000000000a 0800
            45 00 0023 0000 4000 40 01 26d8 0a000001 0a000002
            08 00 549d 1234 0001 61626364656667
            """
        );

    /// <summary>The same over IPv6.</summary>
    public static byte[] Echo6 =>
        Wire.Hex(
            """
            02000000000b 02000000000a 86dd
            60000000 000f 3a 40 fd000000000000000000000000000001 fd000000000000000000000000000002
            80 00 e24e 1234 0001 61626364656667
            """
        );

    /// <summary>An IPv4 packet: class 0xb8, router alert option, second fragment of more, 8 bytes of data.</summary>
    public static byte[] Fragment4 =>
        Wire.Hex(
            """
            47 b8 0024 beef 2003 03 11 2c17 0a000001 0a000002
            94040000 01010100
            3132333435363738
            """
        );
}
