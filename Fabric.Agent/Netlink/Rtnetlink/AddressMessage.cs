using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using static Fabric.Agent.Netlink.Rtnetlink.RtnetlinkFormat;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>Reads the kernel's description of an address.</summary>
/// <remarks>
/// <code>
/// ifaddrmsg (8): u8 family | u8 prefix bits | u8 flags | u8 scope | u32 index | attributes IFA_*
/// </code>
/// </remarks>
internal static class AddressMessage
{
    /// <summary>Reads a NewAddress message.</summary>
    /// <returns>False with a problem for malformed bytes; without one for other messages and other families.</returns>
    public static bool TryParse(NetlinkMessage message, out LinkAddress address, out NetlinkProblem problem)
    {
        address = default;
        problem = NetlinkProblem.None;
        if (message.Type != NewAddress)
            return false;
        if (!message.TrySplit(Unsafe.SizeOf<AddressHeader>(), out var bytes, out var attributes))
        {
            problem = NetlinkProblem.FixedHeaderCut;
            return false;
        }
        var header = MemoryMarshal.Read<AddressHeader>(bytes);
        (IpAddress? local, IpAddress? any) = (null, null);
        while (attributes.Next())
        {
            if (attributes.Type == AddressAttribute.Local)
                local = Read(header.Family, attributes.Value);
            else if (attributes.Type == AddressAttribute.Address)
                any = Read(header.Family, attributes.Value);
        }
        problem = attributes.Problem;
        // Of a point-to-point link "address" is the other end's, and this one's is "local".
        if (problem != NetlinkProblem.None || (local ?? any) is not { } found)
            return false;
        address = new LinkAddress(new LinkIndex(header.Index), found);
        return true;
    }

    private static IpAddress? Read(byte family, ReadOnlySpan<byte> bytes) =>
        (family, bytes.Length) switch
        {
            (Libc.AF_INET, 4) => new Ipv4Address(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
            (Libc.AF_INET6, 16) => new Ipv6Address(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
            _ => null,
        };
}
