using System.Globalization;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The forms of the conditions of rules: each reads a text and writes it back.</summary>
internal static class RuleForms
{
    /// <summary>DSCP bits of the type of service.</summary>
    public const byte DscpBits = 0xfc;

    /// <summary>Direction of the connection.</summary>
    public static ScalarForm<FlowDirection> Direction { get; } =
        Forms.Words("direction", ("forward", FlowDirection.Forward), ("return", FlowDirection.Return));

    /// <summary>What a packet is to its connection.</summary>
    public static ScalarForm<ConnectionStates> State { get; } =
        Forms.Words(
            "connection state",
            ("new", ConnectionStates.New),
            ("established", ConnectionStates.Established),
            ("related", ConnectionStates.Related),
            ("invalid", ConnectionStates.Invalid)
        );

    /// <summary>Which fragments.</summary>
    public static ScalarForm<FragmentPolicy> Fragments { get; } =
        Forms.Words(
            "fragment policy",
            ("any", FragmentPolicy.Any),
            ("header", FragmentPolicy.Header),
            ("non-header", FragmentPolicy.NonHeader),
            ("unfragmented", FragmentPolicy.Unfragmented)
        );

    /// <summary>An address and the bits of it that count.</summary>
    public static ScalarForm<MacMatch> Mac { get; } =
        new("MAC address, or MAC/MASK", "02:00:00:00:00:0a or 01:00:00:00:00:00/01:00:00:00:00:00", ReadMac);

    /// <summary>A VLAN identifier, or none.</summary>
    public static ScalarForm<ushort?> Vlan { get; } =
        new("VLAN identifier from 0 to 4094, or none", "100", ReadVlan) { IsNumeric = true, Maximum = 4094 };

    /// <summary>An ethertype.</summary>
    public static ScalarForm<ushort> EthType { get; } =
        new(
            "ethertype",
            "ipv4, ipv6, arp or 0x88cc",
            (string text, out ushort value) => NumberNames.EthType.TryParse(text, ushort.MaxValue, out value)
        )
        {
            IsNumeric = true,
            Maximum = ushort.MaxValue,
        };

    /// <summary>An IP protocol.</summary>
    public static ScalarForm<byte> Protocol { get; } =
        new("IP protocol", "tcp, udp, icmp, icmpv6 or 89", ReadProtocol) { IsNumeric = true, Maximum = byte.MaxValue };

    /// <summary>A differentiated services code point.</summary>
    public static ScalarForm<TosMatch> Dscp { get; } = new("DSCP from 0 to 63", "46", ReadDscp) { IsNumeric = true, Maximum = 63 };

    /// <summary>A type of service and the bits of it that count.</summary>
    public static ScalarForm<TosMatch> Tos { get; } =
        new("type of service, or VALUE/MASK", "0xb8/0xfc", ReadTos) { IsNumeric = true, Maximum = byte.MaxValue };

    /// <summary>One port or a range.</summary>
    public static ScalarForm<PortRange> PortRange { get; } =
        new(
            "port, or range of ports from 0 to 65535",
            "80 or 8000-8099",
            (string text, out PortRange range) => ReadRange(text, ushort.MaxValue, out range)
        )
        {
            IsNumeric = true,
            Maximum = ushort.MaxValue,
        };

    /// <summary>One ICMP type or code, or a range.</summary>
    public static ScalarForm<PortRange> IcmpRange { get; } =
        new("number, or range, from 0 to 255", "8 or 0-3", (string text, out PortRange range) => ReadRange(text, byte.MaxValue, out range))
        {
            IsNumeric = true,
            Maximum = byte.MaxValue,
        };

    /// <summary>TCP flags.</summary>
    public static ScalarForm<TcpFlagsMatch> TcpFlags { get; } =
        new("TCP flags that are set (+) and not set (-), or VALUE/MASK", "+syn-ack", TcpFlagsNotation.TryParse);

    /// <summary>A device that the packet has passed.</summary>
    public static ScalarForm<(DeviceKind Kind, string Name)> Traversed { get; } =
        new("bridge, router or port, and its name", "router r1", ReadTraversed);

    /// <summary>Writes an address and mask.</summary>
    public static string Write(MacMatch match) =>
        match.Mask == MacAddress.Broadcast
            ? match.Address.ToString()
            : $"{new MacAddress(match.Address.Bits & match.Mask.Bits)}/{match.Mask}";

    /// <summary>Writes one number or a range.</summary>
    public static string Write(PortRange range) =>
        range.First == range.Last
            ? range.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}");

    /// <summary>Writes value and mask.</summary>
    public static string Write(TosMatch match) =>
        match.Mask == byte.MaxValue ? $"0x{match.Value:x2}" : $"0x{match.Value & match.Mask:x2}/0x{match.Mask:x2}";

    private static bool ReadMac(string text, out MacMatch match)
    {
        match = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var mask = MacAddress.Broadcast;
        if (slash >= 0 && !MacAddress.TryParse(text.AsSpan(slash + 1), out mask))
            return false;
        if (!MacAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out var address))
            return false;
        match = new MacMatch(address, mask);
        return (address.Bits & ~mask.Bits) == 0;
    }

    private static bool ReadVlan(string text, out ushort? vlan)
    {
        vlan = null;
        if (text == "none")
            return true;
        var isRead = Forms.ReadInteger(text, 0, 4094, out var number);
        vlan = (ushort)number;
        return isRead;
    }

    private static bool ReadProtocol(string text, out byte protocol)
    {
        var isRead = NumberNames.Protocol.TryParse(text, byte.MaxValue, out var number);
        protocol = (byte)number;
        return isRead;
    }

    private static bool ReadDscp(string text, out TosMatch match)
    {
        var isRead = Forms.ReadInteger(text, 0, 63, out var number);
        match = new TosMatch((byte)(number << 2), DscpBits);
        return isRead;
    }

    private static bool ReadTos(string text, out TosMatch match)
    {
        match = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var mask = 255;
        if (slash >= 0 && !Forms.ReadInteger(text[(slash + 1)..], 0, 255, out mask))
            return false;
        if (!Forms.ReadInteger(slash < 0 ? text : text[..slash], 0, 255, out var value))
            return false;
        match = new TosMatch((byte)value, (byte)mask);
        return (value & ~mask) == 0;
    }

    private static bool ReadRange(string text, int maximum, out PortRange range)
    {
        range = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (!Forms.ReadInteger(dash < 0 ? text : text[..dash], 0, maximum, out var first))
            return false;
        var last = first;
        if (dash >= 0 && !Forms.ReadInteger(text[(dash + 1)..], 0, maximum, out last))
            return false;
        range = new PortRange((ushort)first, (ushort)last);
        return first <= last;
    }

    private static bool ReadTraversed(string text, out (DeviceKind Kind, string Name) device)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        device = (DeviceKind.Port, "");
        if (space < 0 || Nouns.Parse(text[..space]) is not { } kind)
            return false;
        device = (kind, text[(space + 1)..].Trim());
        return kind is DeviceKind.Bridge or DeviceKind.Router or DeviceKind.Port && DeviceName.TryParse(device.Name, out _);
    }
}
