using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using static Fabric.Agent.Netlink.Rtnetlink.RtnetlinkFormat;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>Reads the kernel's description of a link.</summary>
/// <remarks>
/// <code>
/// ifinfomsg (16): u8 family | u8 - | u16 hardware type | s32 index | u32 flags | u32 change | attributes IFLA_*
/// </code>
/// </remarks>
internal static class LinkMessage
{
    private const ushort Ethernet = 1;
    private const int MacBytes = 6;

    // IF_OPER_UP of linux/if.h: RFC 2863, section 6, ifOperStatus.
    private const byte OperationallyUp = 6;

    /// <summary>Reads a NewLink or DeleteLink message.</summary>
    /// <returns>
    /// False with a problem for malformed bytes. False without one for other messages: above all those of family AF_BRIDGE,
    /// which tell of a port joining or leaving a bridge. Its "delete" is not the end of the link.
    /// </returns>
    public static bool TryParse(NetlinkMessage message, out Link link, out NetlinkProblem problem)
    {
        link = null!;
        problem = NetlinkProblem.None;
        if (message.Type is not (NewLink or DeleteLink))
        {
            return false;
        }
        if (!message.TrySplit(Unsafe.SizeOf<LinkHeader>(), out var bytes, out var attributes))
        {
            problem = NetlinkProblem.FixedHeaderCut;
            return false;
        }
        var header = MemoryMarshal.Read<LinkHeader>(bytes);
        const byte unspecified = 0;
        if (header.Family != unspecified)
        {
            return false;
        }
        var read = new Link
        {
            Index = new LinkIndex(header.Index),
            Name = "",
            IsUp = (header.Flags & InterfaceUp) != 0,
            IsRunning = (header.Flags & InterfaceRunning) != 0,
        };
        while (attributes.Next())
        {
            read = Add(read, header.HardwareType, ref attributes);
        }
        link = read;
        problem = attributes.Problem;
        if (problem == NetlinkProblem.None && link.Name.Length == 0)
        {
            problem = NetlinkProblem.AttributeMissing;
        }
        return problem == NetlinkProblem.None;
    }

    private static Link Add(Link link, ushort hardwareType, ref NetlinkReader attribute)
    {
        switch (attribute.Type)
        {
            case LinkAttribute.Name:
                return link with { Name = attribute.ReadText() };
            case LinkAttribute.Alias:
                return link with { Alias = attribute.ReadText() };
            case LinkAttribute.Mac when hardwareType == Ethernet:
                return link with { Mac = ReadMac(ref attribute) };
            case LinkAttribute.Mtu:
                return link with { MtuBytes = attribute.Read<uint>() };
            case LinkAttribute.OperationalState:
                // The flag alone is set from the moment that a link is switched on until the kernel has looked for its signal.
                return link with { IsRunning = link.IsRunning && attribute.Read<byte>() == OperationallyUp };
            case LinkAttribute.MasterIndex:
                return link with { Master = new LinkIndex(attribute.Read<int>()) };
            case LinkAttribute.LowerIndex:
                return link with { Lower = new LinkIndex(attribute.Read<int>()) };
            case LinkAttribute.LowerNamespaceId:
                return link with { IsLowerElsewhere = true };
            case LinkAttribute.Info:
                var nested = attribute.Enter();
                while (nested.Next())
                {
                    if (nested.Type == InfoAttribute.Kind)
                    {
                        link = link with { Kind = nested.ReadText() };
                    }
                }
                attribute.Leave(nested);
                return link;
            default:
                return link;
        }
    }

    private static MacAddress ReadMac(ref NetlinkReader attribute)
    {
        var bytes = attribute.ReadBytes(MacBytes);
        return new MacAddress((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));
    }
}
