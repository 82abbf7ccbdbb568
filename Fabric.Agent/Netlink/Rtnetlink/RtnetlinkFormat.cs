using System.Runtime.InteropServices;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>Message types, attribute types and fixed headers of the route family.</summary>
/// <remarks>linux/rtnetlink.h, if_link.h, if_addr.h, veth.h. Only what is used here.</remarks>
internal static class RtnetlinkFormat
{
    public const ushort NewLink = 16;
    public const ushort DeleteLink = 17;
    public const ushort GetLink = 18;
    public const ushort SetLink = 19;
    public const ushort NewAddress = 20;
    public const ushort GetAddress = 22;
    public const ushort NewRoute = 24;

    /// <summary>The multicast group of link changes, as a bit.</summary>
    public const uint LinkGroup = 1;

    public const uint InterfaceUp = 0x1;
    public const uint InterfaceRunning = 0x40;
    public const uint InterfaceNoArp = 0x80;

    /// <summary>struct ifinfomsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkHeader
    {
        public byte Family;
        private readonly byte _padding;
        public ushort HardwareType;
        public int Index;
        public uint Flags;

        /// <summary>Which of the flags a request means to change.</summary>
        public uint Change;
    }

    /// <summary>struct ifaddrmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct AddressHeader
    {
        public byte Family;
        public byte PrefixBits;
        public byte Flags;
        public byte Scope;
        public int Index;
    }

    /// <summary>struct rtmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct RouteHeader
    {
        public byte Family;
        public byte DestinationBits;
        public byte SourceBits;
        public byte TypeOfService;
        public byte Table;
        public byte Protocol;
        public byte Scope;
        public byte Type;
        public uint Flags;
    }

    /// <summary>IFLA_: attributes of a link.</summary>
    public static class LinkAttribute
    {
        public const ushort Mac = 1;
        public const ushort Name = 3;
        public const ushort Mtu = 4;
        public const ushort LowerIndex = 5;
        public const ushort MasterIndex = 10;
        public const ushort OperationalState = 16;
        public const ushort Info = 18;
        public const ushort Alias = 20;
        public const ushort FamilySpecific = 26;
        public const ushort NamespaceDescriptor = 28;
        public const ushort LowerNamespaceId = 37;
    }

    /// <summary>IFLA_INFO_: attributes within <see cref="LinkAttribute.Info"/>.</summary>
    public static class InfoAttribute
    {
        public const ushort Kind = 1;
        public const ushort Data = 2;
    }

    /// <summary>IFLA_INET6_: attributes within <see cref="LinkAttribute.FamilySpecific"/>, family 10.</summary>
    public static class Ipv6LinkAttribute
    {
        public const ushort AddressGeneration = 8;
    }

    /// <summary>IFA_: attributes of an address.</summary>
    public static class AddressAttribute
    {
        public const ushort Address = 1;
        public const ushort Local = 2;
        public const ushort Flags = 8;
    }

    /// <summary>RTA_: attributes of a route.</summary>
    public static class RouteAttribute
    {
        public const ushort Destination = 1;
        public const ushort OutputIndex = 4;
        public const ushort Gateway = 5;
    }
}
