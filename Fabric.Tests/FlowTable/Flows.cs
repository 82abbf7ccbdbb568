using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.FlowTable;

/// <summary>Flow records for tests of tables.</summary>
internal static class Flows
{
    public static FlowRecord Record(Fabric.Agent.FlowTable.FlowTable table, uint id, params FlowTag[] tags)
    {
        var cohort = table.CohortOf(tags, []);
        var key = new FlowKey { InPort = id };
        return new FlowRecord(key)
        {
            Flow = new DatapathFlow(new FlowId(id), key, FlowMask.Exact, []),
            Ingress = new PortId(id),
            Verdict = new Verdict(VerdictKind.Drop, DropReason.Rule, true, default),
            Cohort = cohort,
            Created = 0,
        };
    }
}
