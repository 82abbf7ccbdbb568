namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>Keys and actions.</content>
internal static partial class OvsFormat
{
    /// <summary>OVS_KEY_ATTR_*.</summary>
    public static class KeyAttribute
    {
        public const ushort Encap = 1;
        public const ushort Priority = 2;
        public const ushort InPort = 3;
        public const ushort Ethernet = 4;
        public const ushort Vlan = 5;
        public const ushort Ethertype = 6;
        public const ushort Ipv4 = 7;
        public const ushort Ipv6 = 8;
        public const ushort Tcp = 9;
        public const ushort Udp = 10;
        public const ushort Icmp = 11;
        public const ushort Icmpv6 = 12;
        public const ushort Arp = 13;
        public const ushort Nd = 14;
        public const ushort SkbMark = 15;
        public const ushort Tunnel = 16;
        public const ushort Sctp = 17;
        public const ushort TcpFlags = 18;
        public const ushort Ipv6Exthdrs = 32;
    }

    /// <summary>OVS_TUNNEL_KEY_ATTR_*.</summary>
    public static class TunnelKeyAttribute
    {
        public const ushort Id = 0;
        public const ushort Ipv4Src = 1;
        public const ushort Ipv4Dst = 2;
        public const ushort Tos = 3;
        public const ushort Ttl = 4;
        public const ushort DontFragment = 5;
        public const ushort Csum = 6;
        public const ushort Oam = 7;
        public const ushort TpSrc = 9;
        public const ushort TpDst = 10;
        public const ushort Ipv6Src = 12;
        public const ushort Ipv6Dst = 13;
        public const ushort Pad = 14;
    }

    /// <summary>OVS_ACTION_ATTR_*.</summary>
    public static class ActionAttribute
    {
        public const ushort Output = 1;
        public const ushort Userspace = 2;
        public const ushort Set = 3;
        public const ushort PushVlan = 4;
        public const ushort PopVlan = 5;
        public const ushort SetMasked = 11;

        /// <summary>Since 5.2.</summary>
        public const ushort CheckPktLen = 21;
    }

    /// <summary>OVS_CHECK_PKT_LEN_ATTR_*.</summary>
    public static class CheckPktLenAttribute
    {
        public const ushort PktLen = 1;
        public const ushort ActionsIfGreater = 2;
        public const ushort ActionsIfLessEqual = 3;
    }

    /// <summary>OVS_USERSPACE_ATTR_*.</summary>
    public static class UserspaceAttribute
    {
        public const ushort Pid = 1;
        public const ushort Userdata = 2;
    }
}
