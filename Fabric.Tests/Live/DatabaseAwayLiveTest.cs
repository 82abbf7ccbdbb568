using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>What becomes of packets, commands and starts while the journal's database is away or full.</summary>
/// <remarks>Not in the guest kernel, where a server and an agent take minutes to start.</remarks>
[Category("HereOnly")]
[Category("Faults")]
public class DatabaseAwayLiveTest : LiveTest
{
    /// <summary>Pings by each version while the database is away; the program sends one each 10 to 20 ms.</summary>
    private const int Short = 500;

    private const int Minute = 4000;

    [TestCase("sqlite", Short)]
    [TestCase("postgresql", Short)]
    [TestCase("postgresql", Minute, Explicit = true, Reason = "takes a minute")]
    public void WhileTheDatabaseIsAwayNoPacketIsLostAndNewFlowsAreDecided(string kind, int pings)
    {
        using var database = LiveDatabase.Start(kind);
        using var agent = new AgentProcess(database.Place);
        agent.ShouldReach(1, 2);

        var stopped = Stopwatch.GetTimestamp();
        var lost = Run(agent, pings, database.Stop, () => ShouldRefuse(agent));

        TestContext.Out.WriteLine($"away for {Stopwatch.GetElapsedTime(stopped).TotalSeconds:0.0} s");
        agent.ShouldReach(3, 4);
        agent.ShouldReach(5, 6);
        lost.ShouldBe("; ");
        var revalidated = Number(agent, "flows_revalidated");
        using var four = agent.Ping(1, 2, IpFamily.V4, Short);
        using var six = agent.Ping(1, 2, IpFamily.V6, Short);
        var lag = ShouldGoOnAfterReturn(agent, database);
        // The row of docs/resilience.md is measured with the long absence, alone on the machine; beside other tests the time is only printed.
        if (pings == Minute)
            lag.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        $"{four.Lost()}; {six.Lost()}".ShouldBe("; ");
        Number(agent, "flows_revalidated").ShouldBe(revalidated, "a return touches no flow");
        ((string?)agent.Status()["alarm"]).ShouldBeNull();
        agent.Change(bridges: 9).ExitCode.ShouldBe(0);
    }

    [TestCase("sqlite")]
    [TestCase("postgresql")]
    public void AnAgentThatIsKilledWhileTheDatabaseIsAwayStartsFromItsCopyAndDecidesNewFlows(string kind)
    {
        using var database = LiveDatabase.Start(kind);
        using var agent = new AgentProcess(database.Place);
        agent.ShouldReach(1, 2);
        var position = Number(agent, "position");
        database.Stop();
        agent.Kill();

        agent.Start();

        var attached = agent.Await(status => (int)status["attached_ports"]! == AgentProcess.Stations, "its ports");
        TestContext.Out.WriteLine($"ports attached {attached.TotalSeconds:0.000} s after the agent answered");
        Number(agent, "position").ShouldBe(position);
        agent.ShouldReach(1, 2);
        agent.ShouldReach(3, 4);
        agent.ShouldReach(5, 6);
        Run(agent, Short, () => { }, () => ShouldRefuse(agent)).ShouldBe("; ");
        ShouldGoOnAfterReturn(agent, database);
        agent.Change(bridges: 9).ExitCode.ShouldBe(0);
        agent.ShouldReach(2, 5);
    }

    [Test]
    public void WithAFullDiskUnderTheJournalCommandsAreRefusedAndPacketsGoOnAndWithRoomAllGoesOn()
    {
        var disk = Directory.CreateTempSubdirectory("fabric-disk-").FullName;
        HostProcess.Run(Patience, null, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).ExitCode.ShouldBe(0);
        try
        {
            using var agent = new AgentProcess(Path.Combine(disk, "journal.db"));
            agent.ShouldReach(1, 2);
            var filler = Path.Combine(disk, "filler");
            Fill(filler);

            HostProcessResult refused = null!;
            var lost = Run(agent, Short, () => { }, () => refused = ChangeUntilRefused(agent));

            refused.ExitCode.ShouldBe(1);
            refused.Error.ShouldContain("there is no room left on the disk or under its limit; make room and try again");
            refused.Error.ShouldContain("FABRIC-3205");
            ((string)agent.Status()["journal"]!).ShouldContain("there is no room left on the disk");
            lost.ShouldBe("; ");
            agent.ShouldReach(3, 4);
            File.Delete(filler);
            agent.Change(bridges: 9).ExitCode.ShouldBe(0);
            ((string)agent.Status()["journal"]!).ShouldBe("ok");
            agent.Fabric("journal", "verify", "--journal", Path.Combine(disk, "journal.db")).ExitCode.ShouldBe(0);
        }
        finally
        {
            HostProcess.Run(Patience, null, "umount", disk);
            Directory.Delete(disk);
        }
    }

    /// <summary>Pings from p1 to p2 by both versions; does something when they have begun, something else while they run; what was lost.</summary>
    private static string Run(AgentProcess agent, int pings, Action first, Action then)
    {
        using var four = agent.Ping(1, 2, IpFamily.V4, pings);
        using var six = agent.Ping(1, 2, IpFamily.V6, pings);
        first();
        then();
        return $"{four.Lost(pings)}; {six.Lost(pings)}";
    }

    private static void ShouldRefuse(AgentProcess agent)
    {
        var refused = agent.Change(bridges: 8);
        refused.ExitCode.ShouldBe(1, refused.Error);
        refused.Error.ShouldContain("FABRIC-3205");
        refused.Error.Split('\n').Count(line => line.StartsWith("  why: journal ", StringComparison.Ordinal)).ShouldBe(1, refused.Error);
    }

    private static TimeSpan ShouldGoOnAfterReturn(AgentProcess agent, LiveDatabase database)
    {
        database.StartAgain();
        var lag = agent.Await(status => (string)status["journal"]! == "ok", "the journal");
        TestContext.Out.WriteLine($"lag 0 after {lag.TotalSeconds:0.000} s");
        return lag;
    }

    private static HostProcessResult ChangeUntilRefused(AgentProcess agent)
    {
        // What the journal's log has room for already is taken.
        const int most = 200;
        for (var change = 1; change <= most; change++)
        {
            var result = agent.Change(bridges: change % 2 == 0 ? 7 : 8 + change, new string('x', 1000));
            if (result.ExitCode != 0)
                return result;
        }
        throw new InvalidOperationException("the disk does not get full");
    }

    private static void Fill(string path)
    {
        using var file = File.OpenWrite(path);
        try
        {
            for (var block = new byte[4096]; ; )
                file.Write(block);
        }
        catch (IOException) { }
    }

    private static long Number(AgentProcess agent, string key) =>
        long.Parse(((JsonNode)agent.Status()[key]!).ToString(), CultureInfo.InvariantCulture);
}
