using System.Diagnostics;
using Fabric.Agent;
using Fabric.Agent.Host.Interop;
using Fabric.Tests.Live;
using NUnit.Framework.Interfaces;

namespace Fabric.Tests.Kernel;

/// <summary>Three hosts whose kernels forward by themselves: each agent in turn is away, then all of them, and comes back.</summary>
public class HostsKernelTest : KernelTest
{
    // Longer than any agent takes to start here; the runs are ended when all is done.
    private const int Many = 100_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp()
    {
        _hosts = await ThreeHosts.UpAsync(DatapathKind.Kernel);
        RememberGateways();
    }

    [TearDown]
    public void TakeDown()
    {
        if (_hosts is not null && TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
        {
            foreach (var host in _hosts.Plan.HostNames)
                TestContext.Out.WriteLine($"{host}: {_hosts.StatusOf(host)}\n{File.ReadAllText(_hosts.Plan.LogOf(host))}");
        }
        _hosts?.Dispose();
    }

    /// <summary>Between all pairs of hosts, on a bridge and through the router, by both versions, at 10 to 20 ms spacing.</summary>
    [Test]
    public void NoPairOfHostsLosesAPingWhileAgentsAreKilledInTurnAndStartedAgain()
    {
        PingRun[] pings =
        [
            _hosts.Ping("web1", "10.1.0.12", Many),
            _hosts.Ping("web2", "fd00:2::11", Many),
            _hosts.Ping("db1", "10.1.0.11", Many),
        ];
        try
        {
            // Flows of the first packets; without them there is nothing that could go on.
            foreach (var host in _hosts.Plan.HostNames)
                InTheEnd(() => Number(host, "flows") >= 4, $"flows at {host}");
            var (started, times) = (Stopwatch.GetTimestamp(), new List<string>());
            foreach (var host in _hosts.Plan.HostNames)
            {
                times.Add($"{host} killed after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
                _hosts.Signal(host, Libc.SIGKILL);
                _hosts.StatusOf(host).ShouldBeNull();
            }
            foreach (var host in _hosts.Plan.HostNames)
            {
                times.Add($"{host} started after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
                _hosts.Start(host);
            }
            foreach (var host in _hosts.Plan.HostNames)
            {
                InTheEnd(() => Number(host, "flows_adopted") > 0, $"the agent of {host} has taken over its flows");
                times.Add($"{host} has taken over after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            }
            string[] lost = [.. pings.Select(run => run.End())];
            lost.ShouldAllBe(ranges => ranges == "", string.Join('\n', times));
            foreach (var host in _hosts.Plan.HostNames)
                Number(host, "revalidation_surprise").ShouldBe(0, host);
        }
        finally
        {
            foreach (var run in pings)
                run.Dispose();
        }
    }

    /// <summary>
    /// A router answers who asks for its MAC by its agent, and a station asks after 20 to 50 s. Three agents may take longer than that to start
    /// on one processor, so the stations do not ask for minutes.
    /// </summary>
    private void RememberGateways()
    {
        foreach (var port in (string[])["web1", "web2", "db1", "db2"])
            ThreeHosts.RememberNeighbors(_hosts.Guest(port).HostInterface, "eth0");
    }

    /// <summary>Waits without taking the one processor away from those that are waited for, who take minutes to start on a busy machine.</summary>
    private static void InTheEnd(Func<bool> condition, string what)
    {
        for (var waited = TimeSpan.Zero; waited < s_patience; waited += s_pause)
        {
            if (condition())
                return;
            Thread.Sleep(s_pause);
        }
        Assert.Fail($"{what} did not come about within {s_patience.TotalSeconds} s");
    }

    private long Number(string host, string figure) => (long?)_hosts.StatusOf(host)?[figure] ?? -1;
}
