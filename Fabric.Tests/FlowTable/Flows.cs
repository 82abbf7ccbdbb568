using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.FlowTable;

/// <summary>Flow records for tests of tables.</summary>
internal static class Flows
{
    public static FlowRecord Record(uint id, params FlowTag[] tags)
    {
        var key = new FlowKey { InPort = id };
        return new FlowRecord
        {
            Flow = new DatapathFlow(new FlowId(id), key, FlowMask.Exact, []),
            Ingress = new PortId(id),
            Sample = key,
            Verdict = new Verdict(VerdictKind.Drop, DropReason.Rule, true, default),
            Tags = tags,
            Rules = [],
            Created = 0,
        };
    }
}
