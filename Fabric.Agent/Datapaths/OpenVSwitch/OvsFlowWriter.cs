using System.Runtime.InteropServices;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Writes requests about flows, one message each; many may stand in one datagram.</summary>
/// <remarks>
/// The kernel carries out the messages of a datagram in order, and goes on after one that fails. A failure is answered by its sequence number
/// without being asked for; success only on request. Allocates nothing.
/// </remarks>
/// <param name="writer">The datagram.</param>
/// <param name="family">ovs_flow.</param>
/// <param name="datapathIndex">Which datapath.</param>
/// <param name="longFramesTo">See <see cref="OvsActionWriter.TryWrite"/>.</param>
internal readonly ref struct OvsFlowWriter(NetlinkWriter writer, GenericFamily family, int datapathIndex, uint longFramesTo = 0)
{
    private const uint OmitAll = UfidFlag.OmitKey | UfidFlag.OmitMask | UfidFlag.OmitActions;

    private readonly NetlinkWriter _writer = writer;

    /// <summary>Asks to install a flow. If it, or another for its key, is there: EEXIST.</summary>
    /// <param name="sequence">Of the message.</param>
    /// <param name="id">The flow's id.</param>
    /// <param name="key">The packet's key, or the same with its wildcarded bits cleared.</param>
    /// <param name="mask">The exact bits.</param>
    /// <param name="actions">What to do.</param>
    /// <param name="more">Acknowledge, if success is to be answered too.</param>
    /// <returns>False if the kernel has no such actions; nothing is written then.</returns>
    public bool TryPut(
        uint sequence,
        FlowId id,
        in FlowKey key,
        in FlowMask mask,
        ReadOnlySpan<FlowAction> actions,
        NetlinkFlags more = NetlinkFlags.None
    )
    {
        var message = Begin(FlowCommand.New, NetlinkFlags.Create | NetlinkFlags.Exclusive | more, sequence);
        WriteId(_writer, id);
        var nest = _writer.BeginNested(FlowAttribute.Key);
        OvsKeyWriter.Write(_writer, key);
        _writer.EndNested(nest);
        nest = _writer.BeginNested(FlowAttribute.Mask);
        OvsKeyWriter.WriteMask(_writer, key, mask);
        _writer.EndNested(nest);
        nest = _writer.BeginNested(FlowAttribute.Actions);
        if (!OvsActionWriter.TryWrite(_writer, actions, key, longFramesTo))
        {
            _writer.TakeBack(message);
            return false;
        }
        _writer.EndNested(nest);
        _writer.EndMessage(message);
        return true;
    }

    /// <summary>Asks to delete a flow. ENOENT if it is not there.</summary>
    /// <param name="sequence">Of the message.</param>
    /// <param name="id">The flow's id.</param>
    /// <param name="echo">The kernel shall answer with the flow's last statistics.</param>
    public void Delete(uint sequence, FlowId id, bool echo)
    {
        var message = Begin(FlowCommand.Del, echo ? NetlinkFlags.Echo : NetlinkFlags.None, sequence);
        WriteId(_writer, id);
        _writer.Write(FlowAttribute.UfidFlags, OmitAll);
        _writer.EndMessage(message);
    }

    /// <summary>Asks to delete every flow of the datapath.</summary>
    /// <param name="sequence">Of the message.</param>
    public void DeleteAll(uint sequence) => _writer.EndMessage(Begin(FlowCommand.Del, NetlinkFlags.Acknowledge, sequence));

    /// <summary>Asks for one flow. ENOENT if it is not there.</summary>
    /// <param name="sequence">Of the message.</param>
    /// <param name="id">The flow's id.</param>
    /// <param name="statisticsOnly">Leave key, mask and actions out of the answer.</param>
    public void Get(uint sequence, FlowId id, bool statisticsOnly)
    {
        var message = Begin(FlowCommand.Get, NetlinkFlags.None, sequence);
        WriteId(_writer, id);
        _writer.Write(FlowAttribute.UfidFlags, statisticsOnly ? OmitAll : 0);
        _writer.EndMessage(message);
    }

    /// <summary>Asks for all flows.</summary>
    /// <remarks>Flows that come or go meanwhile may be missing or stand twice, and the kernel does not say so: ask for one that seems gone by <see cref="Get"/>.</remarks>
    /// <param name="sequence">Of the message.</param>
    /// <param name="statisticsOnly">Leave key, mask and actions out of the answers.</param>
    public void Dump(uint sequence, bool statisticsOnly)
    {
        var message = Begin(FlowCommand.Get, NetlinkFlags.Dump, sequence);
        _writer.Write(FlowAttribute.UfidFlags, statisticsOnly ? OmitAll : 0);
        _writer.EndMessage(message);
    }

    /// <summary>Four words in the host's order, highest first, as ovs-dpctl reads them.</summary>
    internal static void WriteId(NetlinkWriter writer, FlowId id)
    {
        var words = MemoryMarshal.Cast<byte, uint>(writer.Add(FlowAttribute.Ufid, 4 * sizeof(uint)));
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = (uint)(id.Value >> 32 * (words.Length - 1 - i));
        }
    }

    private NetlinkMark Begin(byte command, NetlinkFlags flags, uint sequence)
    {
        var mark = _writer.BeginMessage(family.Id, NetlinkFlags.Request | flags, sequence);
        _writer.WriteFixed(new OvsHeader(command, FlowVersion, datapathIndex));
        return mark;
    }
}
