using System.Buffers.Binary;
using System.Diagnostics;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Writes actions as the kernel's attributes, without the nest around them.</summary>
/// <remarks>
/// Settings of one header that follow each other become one attribute. Setting a whole VLAN tag becomes a pop and a push, since the kernel
/// sets none in place. Allocates nothing.
/// <code>
/// output:      OUTPUT u32 port                         set:         SET_MASKED { key attribute: value, mask }
/// pop VLAN:    POP_VLAN                                set tunnel:  SET { TUNNEL { ... } }
/// push VLAN:   PUSH_VLAN be16 tpid, be16 tci           user space:  USERSPACE { PID u32, USERDATA be64 }
/// what fits:   CHECK_PKT_LEN { PKT_LEN u16, ACTIONS_IF_GREATER { user space }, ACTIONS_IF_LESS_EQUAL { output } }
/// </code>
/// </remarks>
internal static class OvsActionWriter
{
    /// <summary>What a host puts into a header by default (net.ipv4.ip_default_ttl); the kernel would send a tunnel's 0 as it is.</summary>
    private const byte DefaultTtl = 64;

    /// <summary>What the kernel keeps of a tunnel: a pointer within two attributes.</summary>
    private const int KeptTunnelBytes = 16;

    /// <summary>Writes actions, or nothing.</summary>
    /// <param name="writer">The place.</param>
    /// <param name="actions">What to do, in order; none drops.</param>
    /// <param name="key">The key of the packets, which tells their headers.</param>
    /// <param name="longFramesTo">The netlink port that gets frames that are longer than a tunnel takes; 0 if the kernel cannot tell (before 5.2), which then drops them.</param>
    /// <returns>
    /// False if the kernel cannot do it: fields of ARP, ICMP and neighbor discovery, fields that packets of the key lack, a part of a VLAN tag,
    /// a tag that is drop eligible, or more actions than it takes.
    /// </returns>
    public static bool TryWrite(NetlinkWriter writer, ReadOnlySpan<FlowAction> actions, in FlowKey key, uint longFramesTo = 0)
    {
        var start = writer.Here;
        var keptBytes = 0;
        var tags = new OvsTagStack(key);
        for (var i = 0; i < actions.Length; )
        {
            var before = writer.Here;
            var count = Write(writer, actions[i..], key, ref tags);
            keptBytes += actions[i].Kind == FlowActionKind.SetTunnel ? KeptTunnelBytes : writer.Here.Offset - before.Offset;
            if (count > 0 && longFramesTo != 0 && IsLimited(actions[i..]))
            {
                before = writer.Here;
                WriteIfFits(writer, actions[i], actions[i + 1].Port, longFramesTo, tags);
                keptBytes += writer.Here.Offset - before.Offset;
                count++;
            }
            if (count == 0 || keptBytes > MaxActionsBytes || writer.Here.Offset - start.Offset > NetlinkWriter.MaxNestedBytes)
            {
                writer.TakeBack(start);
                return false;
            }
            i += count;
        }
        return true;
    }

    private static bool IsLimited(ReadOnlySpan<FlowAction> actions) =>
        actions is [{ Kind: FlowActionKind.SetTunnel, MaxFrameBytes: > 0 }, { Kind: FlowActionKind.Output }, ..];

    /// <summary>Sends a frame that fits and hands one that does not to user space, with the limit as it was given.</summary>
    /// <remarks>The kernel keeps the outer tag beside the frame and does not count it; of a long TCP frame it counts what it is cut into.</remarks>
    private static void WriteIfFits(NetlinkWriter writer, in FlowAction tunnel, uint port, uint longFramesTo, in OvsTagStack tags)
    {
        var asideBytes = tags.Outer == 0 ? 0 : Vlan.TagLength;
        var nest = writer.BeginNested(ActionAttribute.CheckPktLen);
        writer.Write(CheckPktLenAttribute.PktLen, (ushort)Math.Max(1, tunnel.MaxFrameBytes - asideBytes));
        var greater = writer.BeginNested(CheckPktLenAttribute.ActionsIfGreater);
        WriteUserspace(writer, FlowAction.Userspace(longFramesTo, tunnel.MaxFrameBytes));
        writer.EndNested(greater);
        var less = writer.BeginNested(CheckPktLenAttribute.ActionsIfLessEqual);
        writer.Write(ActionAttribute.Output, port);
        writer.EndNested(less);
        writer.EndNested(nest);
    }

    /// <summary>Writes one attribute, or the two that set a tag.</summary>
    /// <returns>How many actions it stands for; 0 if the kernel cannot do the first.</returns>
    private static int Write(NetlinkWriter writer, ReadOnlySpan<FlowAction> actions, in FlowKey key, ref OvsTagStack tags)
    {
        ref readonly var action = ref actions[0];
        switch (action.Kind)
        {
            case FlowActionKind.Output:
                writer.Write(ActionAttribute.Output, action.Port);
                return 1;
            case FlowActionKind.PushVlan:
                tags.Push(action.Tpid);
                return WritePush(writer, action.Tpid, action.Tci);
            case FlowActionKind.PopVlan:
                tags.Pop();
                writer.WriteFlag(ActionAttribute.PopVlan);
                return 1;
            case FlowActionKind.SetTunnel:
                WriteTunnel(writer, action);
                return 1;
            case FlowActionKind.Userspace:
                WriteUserspace(writer, action);
                return 1;
            case FlowActionKind.SetField when action.Mask == UInt128.Zero:
                return 1;
            case FlowActionKind.SetField when action.Field == FlowField.VlanTci:
                return WriteTag(writer, action, tags);
            case FlowActionKind.SetField:
                return WriteHeader(writer, actions, key);
            default:
                throw new UnreachableException();
        }
    }

    private static int WritePush(NetlinkWriter writer, ushort tpid, ushort tci)
    {
        if (!EtherType.IsVlan(tpid) || (tci & OvsKeyWriter.TagPresent) != 0)
        {
            return 0;
        }
        var value = writer.Add(ActionAttribute.PushVlan, 2 * sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(value, tpid);
        BinaryPrimitives.WriteUInt16BigEndian(value[sizeof(ushort)..], (ushort)(tci | OvsKeyWriter.TagPresent));
        return 1;
    }

    private static int WriteTag(NetlinkWriter writer, in FlowAction action, in OvsTagStack tags)
    {
        if (tags.Outer == 0)
        {
            // There is nothing to set, and a push would add a tag.
            return 1;
        }
        if (((ushort)action.Mask | OvsKeyWriter.TagPresent) != ushort.MaxValue)
        {
            return 0;
        }
        writer.WriteFlag(ActionAttribute.PopVlan);
        return WritePush(writer, tags.Outer, (ushort)action.Value);
    }

    private static void WriteTunnel(NetlinkWriter writer, in FlowAction action)
    {
        var tunnel = default(FlowKey);
        tunnel.Set(FlowField.TunnelId, action.Id);
        tunnel.SetWide(FlowField.TunnelSrc, action.Mask);
        tunnel.SetWide(FlowField.TunnelDst, action.Value);
        tunnel.Set(FlowField.TunnelTos, action.Tunnel.Tos);
        tunnel.Set(FlowField.TunnelTtl, action.Tunnel.Ttl == 0 ? DefaultTtl : action.Tunnel.Ttl);
        tunnel.Set(FlowField.TunnelFlags, (ulong)action.Tunnel.Flags);
        var nest = writer.BeginNested(ActionAttribute.Set);
        OvsTunnelWriter.Write(writer, tunnel);
        writer.EndNested(nest);
    }

    private static void WriteUserspace(NetlinkWriter writer, in FlowAction action)
    {
        var nest = writer.BeginNested(ActionAttribute.Userspace);
        writer.Write(UserspaceAttribute.Pid, action.Port);
        BinaryPrimitives.WriteUInt64BigEndian(writer.Add(UserspaceAttribute.Userdata, sizeof(ulong)), action.Id);
        writer.EndNested(nest);
    }

    private static int WriteHeader(NetlinkWriter writer, ReadOnlySpan<FlowAction> actions, in FlowKey key)
    {
        if (OvsKeyLayout.SettableOf(actions[0].Field, key) is not { } layout)
        {
            return 0;
        }
        var nest = writer.BeginNested(ActionAttribute.SetMasked);
        var both = writer.Add(layout.Type, 2 * layout.Bytes);
        var count = 0;
        while (
            count < actions.Length
            && actions[count].Kind == FlowActionKind.SetField
            && OvsKeyLayout.SettableOf(actions[count].Field, key) == layout
        )
        {
            Merge(both[..layout.Bytes], both[layout.Bytes..], layout, actions[count++]);
        }
        writer.EndNested(nest);
        return count;
    }

    private static void Merge(Span<byte> values, Span<byte> masks, OvsKeyLayout layout, in FlowAction action)
    {
        layout.TryFind(action.Field, out var part);
        part.Put(values, part.Get(values) & ~action.Mask | action.Value);
        part.Put(masks, part.Get(masks) | action.Mask);
    }
}
