using System.Diagnostics;
using System.Text.RegularExpressions;
using Fabric.Agent;
using Fabric.Agent.Api;
using Fabric.Agent.Host;
using Fabric.Flows;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>What the agent tells of its flows is what Open vSwitch's own tool tells of the datapath.</summary>
public partial class FlowListingKernelTest : KernelTest
{
    [Test]
    public async Task TheAgentAndOvsDpctlListTheSameFlows()
    {
        await using var network = await LiveNetwork.StartAsync(NetworkLiveTest.Yaml, DatapathKind.Kernel);
        foreach (var family in NetworkLiveTest.Families)
        {
            network.PingUntilAnswered("web1", network.AddressOf("db1", family));
            network.PingUntilAnswered("web2", network.AddressOf("web1", family));
        }
        // A flow that goes idle between the two readings is in one only.
        string[] ours = [];
        string[] theirs = [];
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; )
        {
            ours = await OursAsync(network);
            theirs = Theirs(network.DatapathName);
            if (ours.SequenceEqual(theirs))
                break;
        }
        ours.ShouldNotBeEmpty();
        ours.ShouldBe(theirs);
    }

    private static async Task<string[]> OursAsync(LiveNetwork network)
    {
        var report = await FlowsPath.RunAsync(network.Agent, null, null);
        return
        [
            .. report["items"]!
                .AsArray()
                .Select(flow => Normal($"{flow!["flow"]}, actions:{flow["actions"]}"))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string[] Theirs(string datapath)
    {
        var dump = HostProcess.Run(Patience, null, "ovs-dpctl", "dump-flows", datapath);
        dump.ExitCode.ShouldBe(0, dump.Error);
        var lines = dump.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => Normal(Unknown().Replace(Statistics().Replace(line, ""), ""))).Order(StringComparer.Ordinal)];
    }

    /// <summary>Read and written again by the same code, so that only the meaning is compared.</summary>
    private static string Normal(string line)
    {
        var (match, actions) = (
            line[..line.IndexOf(", actions:", StringComparison.Ordinal)],
            line[(line.IndexOf("actions:", StringComparison.Ordinal) + 8)..]
        );
        var flow = FlowText.Parse(match);
        return $"{FlowText.Format(flow.Key, flow.Mask)} {actions.Trim()}";
    }

    /// <summary>Extension headers of IPv6 are in the kernel's key since 5.19; a tool that is older prints the bytes, and our flows leave them wild.</summary>
    [GeneratedRegex(@",?key32\((?:[^()]|\([^()]*\))*\)")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"packets:\d+, bytes:\d+, used:[^,]+, (flags:[^,]+, )?")]
    private static partial Regex Statistics();
}
