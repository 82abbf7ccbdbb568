using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads the kernel's attributes of actions.</summary>
/// <remarks>Reading what <see cref="OvsActionWriter"/> wrote and writing it again gives the same bytes.</remarks>
internal static class OvsActionReader
{
    private const int PushVlanBytes = 4;

    /// <summary>Reads actions.</summary>
    /// <param name="attributes">What is in the kernel's actions.</param>
    /// <param name="actions">Added to, also when false is returned.</param>
    /// <returns>False if the bytes are malformed, or an action is there that this network does not use.</returns>
    public static bool TryRead(ReadOnlySpan<byte> attributes, IList<FlowAction> actions)
    {
        var reader = new NetlinkReader(attributes);
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case ActionAttribute.Output:
                    actions.Add(FlowAction.Output(reader.Read<uint>()));
                    break;
                case ActionAttribute.PopVlan:
                    actions.Add(FlowAction.PopVlan());
                    break;
                case ActionAttribute.PushVlan when reader.Value.Length >= PushVlanBytes:
                    actions.Add(ReadPush(reader.Value));
                    break;
                case ActionAttribute.Userspace when TryReadUserspace(reader.Enter(), out var userspace):
                    actions.Add(userspace);
                    break;
                case ActionAttribute.SetMasked when TryReadSet(reader.Enter(), isMasked: true, actions):
                    break;
                case ActionAttribute.Set when TryReadSet(reader.Enter(), isMasked: false, actions):
                    break;
                case ActionAttribute.CheckPktLen when TryReadIfFits(reader.Enter(), actions):
                    break;
                default:
                    return false;
            }
        }
        return reader.Problem == NetlinkProblem.None;
    }

    /// <summary>An output through a tunnel of what fits; what does not goes to user space, with the limit.</summary>
    private static bool TryReadIfFits(NetlinkReader reader, IList<FlowAction> actions)
    {
        var (greater, less) = (default(FlowAction), default(FlowAction));
        var (hasGreater, hasLess) = (false, false);
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case CheckPktLenAttribute.PktLen:
                    break;
                case CheckPktLenAttribute.ActionsIfGreater:
                    hasGreater = TryReadOnly(reader.Enter(), FlowActionKind.Userspace, out greater);
                    break;
                case CheckPktLenAttribute.ActionsIfLessEqual:
                    hasLess = TryReadOnly(reader.Enter(), FlowActionKind.Output, out less);
                    break;
                default:
                    return false;
            }
        }
        if (reader.Problem != NetlinkProblem.None || !hasGreater || !hasLess || greater.Id is 0 or > ushort.MaxValue)
            return false;
        if (actions.Count == 0 || actions[^1] is not { Kind: FlowActionKind.SetTunnel } tunnel)
            return false;
        actions[^1] = tunnel.Within((ushort)greater.Id);
        actions.Add(less);
        return true;
    }

    private static bool TryReadOnly(NetlinkReader reader, FlowActionKind kind, out FlowAction action)
    {
        action = default;
        if (!reader.Next())
            return false;
        if (reader.Type == ActionAttribute.Output)
            action = FlowAction.Output(reader.Read<uint>());
        else if (reader.Type != ActionAttribute.Userspace || !TryReadUserspace(reader.Enter(), out action))
            return false;
        return action.Kind == kind && !reader.Next() && reader.Problem == NetlinkProblem.None;
    }

    private static FlowAction ReadPush(ReadOnlySpan<byte> value)
    {
        var tci = BinaryPrimitives.ReadUInt16BigEndian(value[sizeof(ushort)..]);
        return FlowAction.PushVlan(BinaryPrimitives.ReadUInt16BigEndian(value), (ushort)(tci & ~OvsKeyWriter.TagPresent));
    }

    private static bool TryReadUserspace(NetlinkReader reader, out FlowAction action)
    {
        var (port, cookie) = (0u, 0UL);
        var isKnown = true;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case UserspaceAttribute.Pid:
                    port = reader.Read<uint>();
                    break;
                case UserspaceAttribute.Userdata when reader.Value.Length == sizeof(ulong):
                    cookie = BinaryPrimitives.ReadUInt64BigEndian(reader.Value);
                    break;
                default:
                    isKnown = false;
                    break;
            }
        }
        action = FlowAction.Userspace(port, cookie);
        return isKnown && reader.Problem == NetlinkProblem.None;
    }

    private static bool TryReadSet(NetlinkReader reader, bool isMasked, ICollection<FlowAction> actions)
    {
        if (!reader.Next())
        {
            return false;
        }
        if (reader.Type == KeyAttribute.Tunnel)
        {
            return !isMasked && TryReadTunnel(reader.Enter(), actions);
        }
        if (OvsKeyLayout.Of(reader.Type) is not { } layout || reader.Value.Length < layout.Bytes * (isMasked ? 2 : 1))
        {
            return false;
        }
        var values = reader.Value[..layout.Bytes];
        var masks = reader.Value[layout.Bytes..];
        foreach (ref readonly var part in layout.Parts)
        {
            var mask = isMasked ? part.Get(masks) : part.AllBits;
            if (mask != UInt128.Zero && OvsKeyLayout.IsSettable(part.Field))
            {
                // What is set whole in the packet is set whole in the key, where the field may have more bits.
                var bits = mask == part.AllBits ? FlowFieldLayout.AllOf(part.Field) : mask;
                actions.Add(FlowAction.SetField(part.Field, part.Get(values), bits));
            }
        }
        return true;
    }

    private static bool TryReadTunnel(NetlinkReader reader, ICollection<FlowAction> actions)
    {
        var tunnel = default(FlowKey);
        var isWhole = true;
        if (!OvsTunnelReader.TryRead(ref reader, ref tunnel, ref isWhole) || !isWhole)
        {
            return false;
        }
        var flags = (TunnelFlags)tunnel.Get(FlowField.TunnelFlags);
        var family = (flags & TunnelFlags.Ipv6) != 0 ? IpFamily.V6 : IpFamily.V4;
        actions.Add(
            FlowAction.SetTunnel(
                tunnel.Get(FlowField.TunnelId),
                IpAddress.Of(family, tunnel.GetWide(FlowField.TunnelSrc)),
                IpAddress.Of(family, tunnel.GetWide(FlowField.TunnelDst)),
                new TunnelOptions(flags, (byte)tunnel.Get(FlowField.TunnelTos), (byte)tunnel.Get(FlowField.TunnelTtl))
            )
        );
        return true;
    }
}
