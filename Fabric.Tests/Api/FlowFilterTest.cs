using System.Diagnostics;
using System.Globalization;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Api;
using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Api;

/// <summary>D7: a hundred thousand flows are gone through for some words while somebody types.</summary>
/// <remarks>`./build.sh test --filter TestCategory=Cost`. The figures stand in docs/performance.md.</remarks>
[Category("Cost")]
[Explicit("prints times")]
[CancelAfter(300_000)]
public class FlowFilterTest
{
    private const int Count = 100_000;
    private const int Rounds = 21;
    private const uint First = 0x0a010000; // 10.1.0.0

    [TestCase("drop", Count)]
    [TestCase("10.1.134.160", 1)]
    [TestCase("nothing-like-it", 0)]
    public async Task AHundredThousandFlowsAreSearched(string words, int matched)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-filter-");
        try
        {
            await using var hive = await new SqlHiveFactory().OpenAsync(Path.Combine(folder.FullName, "journal.db"), new HiveOptions());
            await using var agent = AgentHost.Start(
                hive,
                new HostId(1),
                new AgentOptions { Datapath = DatapathKind.None },
                TimeProvider.System
            );
            await agent.OnEachThreadAsync(Fill);
            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var began = Stopwatch.GetTimestamp();
                var found = await FlowsPath.RunAsync(agent, words, 50);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                // Nobody uses them: on a slow machine some have left by the last round.
                if (round == 0)
                    ((int)found["matched"]!, (int)found["total"]!).ShouldBe((matched, Count));
            }
            var first = times[0];
            times.Sort();
            TestContext.Progress.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"# {Count} flows, '{words}': {times[Rounds / 2]:0} ms, the longest {times[^1]:0} ms, the first {first:0} ms"
                )
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs on the upcall thread.</summary>
    private static int Fill(UpcallShard shard)
    {
        var flows = shard.Parts.Flows;
        for (var i = 0; i < Count; i++)
        {
            var key = new FlowKey { InPort = 1, EthType = 0x0800 };
            key.IpProto = 6;
            key.NwDst = IpAddress.Of(IpFamily.V4, First + (uint)i);
            var flow = new DatapathFlow(new FlowId((ulong)i + 1_000_000), key, FlowMask.Exact, []);
            var record = new FlowRecord(key)
            {
                Flow = flow,
                Ingress = new PortId(1),
                Verdict = new Verdict(VerdictKind.Drop, DropReason.Rule, true, default),
                Cohort = flows.CohortOf([], []),
                Created = TimeProvider.System.GetTimestamp(),
                LastUsed = TimeProvider.System.GetTimestamp(),
            };
            flows.Admit(record);
            flows.Advance(record, FlowInput.Installed);
            shard.Datapath.Put(flow);
        }
        return flows.Count;
    }
}
