using System.Globalization;
using System.Text;
using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Flows;

public static partial class FlowText
{
    private static void AppendActions(StringBuilder text, in FlowKey key, ReadOnlySpan<FlowAction> actions)
    {
        if (actions.IsEmpty)
            text.Append("drop");
        for (var i = 0; i < actions.Length; )
        {
            if (i > 0)
                text.Append(',');
            if (actions[i].Kind == FlowActionKind.SetField)
                i += AppendSet(text, key, actions[i..]);
            else if (
                actions[i..] is [{ Kind: FlowActionKind.SetTunnel, MaxFrameBytes: > 0 } tunnel, { Kind: FlowActionKind.Output } output, ..]
            )
            {
                AppendTunnel(text, tunnel);
                text.Append(CultureInfo.InvariantCulture, $",check_pkt_len(size={tunnel.MaxFrameBytes},gt(userspace),le({output.Port}))");
                i += 2;
            }
            else
                AppendAction(text, actions[i++]);
        }
    }

    private static void AppendAction(StringBuilder text, in FlowAction action)
    {
        switch (action.Kind)
        {
            case FlowActionKind.Output:
                text.Append(action.Port);
                break;
            case FlowActionKind.PushVlan:
                text.Append("push_vlan(");
                if (action.Tpid != EtherType.Vlan)
                    text.Append(CultureInfo.InvariantCulture, $"tpid=0x{action.Tpid:x4},");
                AppendTci(text, action.Tci, ushort.MaxValue);
                text.Append(')');
                break;
            case FlowActionKind.PopVlan:
                text.Append("pop_vlan");
                break;
            case FlowActionKind.SetTunnel:
                AppendTunnel(text, action);
                break;
            case FlowActionKind.Userspace:
                text.Append(CultureInfo.InvariantCulture, $"userspace(pid={action.Port},userdata({action.Id:x16}))");
                break;
            case FlowActionKind.SetField:
                break;
        }
    }

    private static void AppendTunnel(StringBuilder text, in FlowAction action)
    {
        var isV6 = (action.Tunnel.Flags & TunnelFlags.Ipv6) != 0 || (action.Mask | action.Value) >> 32 != UInt128.Zero;
        var family = isV6 ? IpFamily.V6 : IpFamily.V4;
        var prefix = isV6 ? "ipv6_" : "";
        text.Append(CultureInfo.InvariantCulture, $"set(tunnel(tun_id=0x{action.Id:x},");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{prefix}src={IpAddress.Of(family, action.Mask)},{prefix}dst={IpAddress.Of(family, action.Value)},"
        );
        text.Append(CultureInfo.InvariantCulture, $"tos=0x{action.Tunnel.Tos:x},ttl={action.Tunnel.Ttl},");
        text.Append(CultureInfo.InvariantCulture, $"flags({FlagNames.Tunnel.Format((uint)action.Tunnel.Flags, ushort.MaxValue)})))");
    }

    /// <summary>Writes settings that follow each other and are parts of one attribute as one.</summary>
    /// <returns>How many it wrote.</returns>
    private static int AppendSet(StringBuilder text, in FlowKey key, ReadOnlySpan<FlowAction> actions)
    {
        if (actions[0].Field == FlowField.VlanTci)
        {
            text.Append("set(vlan(");
            AppendTci(text, (ushort)actions[0].Value, (ushort)actions[0].Mask);
            text.Append("))");
            return 1;
        }
        var attribute = AttributeOf(actions[0].Field, key);
        text.Append(CultureInfo.InvariantCulture, $"set({attribute.Name}(");
        var count = 0;
        var seen = default(FlowMask);
        while (count < actions.Length && actions[count] is { Kind: FlowActionKind.SetField } action)
        {
            if (PartOf(attribute, action.Field) is not { } part || !seen.IsWildcard(action.Field))
                break;
            seen.AddWhole(action.Field);
            if (count > 0)
                text.Append(',');
            AppendPart(text, part, action.Value, action.Mask & part.Bits);
            count++;
        }
        text.Append("))");
        return count;
    }

    private static FlowAttribute AttributeOf(FlowField field, in FlowKey key)
    {
        FlowAttribute? named = null;
        foreach (var attribute in FlowAttribute.All)
        {
            if (PartOf(attribute, field) is null)
                continue;
            named ??= attribute;
            if (attribute.IsOf(key))
                return attribute;
        }
        return named ?? FlowAttribute.Type;
    }

    private static FlowPart? PartOf(FlowAttribute attribute, FlowField field)
    {
        foreach (var part in attribute.Parts)
        {
            if (part.Field == field)
                return part;
        }
        return null;
    }

    private static FlowKey GuessKey(in FlowAction action)
    {
        var isV6 = action.Field is FlowField.Ipv6Label or FlowField.NdTarget || action.Value >> 32 != UInt128.Zero;
        var isArp = action.Field is FlowField.ArpOp or FlowField.ArpSha or FlowField.ArpTha;
        return new FlowKey
        {
            EthType =
                isArp ? EtherType.Arp
                : isV6 ? EtherType.Ipv6
                : EtherType.Ipv4,
            IpProto = IpProtocol.Tcp,
        };
    }
}
