using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink.Rtnetlink;

/// <summary>What a kernel (6.18) says of the veth `web1`, with its statistics and settings left out.</summary>
internal static class LinkBytes
{
    /// <summary>struct ifinfomsg: index 3, up, no carrier.</summary>
    public const string Header = "00000100 03000000 03100000 00000000";

    /// <summary>In the kernel's order, nested and unknown ones among them.</summary>
    public const string Attributes =
        "09000300 7765623100 000000 08000d00 e8030000 05001000 03000000 08000400 dc050000"
        + "0a000100 02000000000a 0000 0a000200 ffffffffffff 0000 0c002b00 05000200 00000000"
        + "10001200 09000100 7665746800 000000 08000500 02000000 0c000600 6e6f717565756500"
        + "04003e80 04004180";

    public static byte[] Web1 => Hex(Header + Attributes);

    /// <summary>The same with another index and a name of four letters.</summary>
    public static byte[] Other(byte index, string name)
    {
        var bytes = Web1;
        bytes[4] = index;
        System.Text.Encoding.ASCII.GetBytes(name, bytes.AsSpan(20, 4));
        return bytes;
    }
}
