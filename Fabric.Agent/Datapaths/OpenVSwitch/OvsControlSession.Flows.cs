using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>Flows: one asked for, all adopted. Those of the hot path are put and deleted elsewhere.</content>
internal sealed partial class OvsControlSession
{
    /// <summary>Reads what a flow has carried.</summary>
    /// <returns>False if it is not there.</returns>
    public bool TryReadFlow(OvsDatapath datapath, FlowId id, TimeProvider clock, out FlowStatistics statistics)
    {
        var request = Begin(FlowFamily, FlowCommand.Get, datapath.Index);
        OvsFlowWriter.WriteId(request, id);
        request.Write(FlowAttribute.UfidFlags, UfidFlag.OmitKey | UfidFlag.OmitMask | UfidFlag.OmitActions);
        try
        {
            statistics = _session.Get($"read flow {id}", Of<FlowStatistics>(FlowFamily, ParseStatistics));
            return true;
        }
        catch (NetlinkException missing) when (missing.Errno is Errno.NoEntry or Errno.NoDevice)
        {
            statistics = default;
            return false;
        }

        bool ParseStatistics(NetlinkMessage message, out FlowStatistics value, out NetlinkProblem problem)
        {
            var isRead = OvsFlowReader.TryRead(message.Payload, out var flow, out problem);
            value = flow.StatisticsBy(clock);
            return isRead;
        }
    }

    /// <summary>Reads all flows that have an id.</summary>
    /// <remarks>One that says what this network never does has an empty key and mask, and no actions: there is nothing to judge it by.</remarks>
    public IReadOnlyList<LeftFlow> ReadFlows(OvsDatapath datapath, TimeProvider clock)
    {
        Begin(FlowFamily, FlowCommand.Get, datapath.Index);
        return _session.Dump($"list flows of datapath {datapath.Name}", Of<LeftFlow>(FlowFamily, ParseFlow));

        bool ParseFlow(NetlinkMessage message, out LeftFlow left, out NetlinkProblem problem)
        {
            left = default;
            if (!OvsFlowReader.TryRead(message.Payload, out var flow, out problem))
            {
                return false;
            }
            var actions = new List<FlowAction>();
            if (flow.Id is not { } id)
            {
                return false;
            }
            if (!flow.TryReadMatch(out var key, out var mask) || !flow.TryReadActions(actions))
            {
                (key, mask, actions) = (default, default, []);
            }
            left = new LeftFlow(new DatapathFlow(id, key, mask, [.. actions]), flow.StatisticsBy(clock));
            return true;
        }
    }
}
