using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>`fabric lab` as its user has it, and after kill -9.</summary>
/// <remarks>Not in the guest kernel: forty processes take minutes to start there, and show what they show here.</remarks>
[Category("HereOnly")]
public class LabLiveTest : LiveTest
{
    private LabName _name = null!;

    [SetUp]
    public void Name()
    {
        LabName.TryParse($"t{Environment.ProcessId % 0x100000:x}", out var name).ShouldBeTrue();
        _name = name!;
    }

    [TearDown]
    public void TidyUp() => LabDownHost.Run(_name);

    [Test]
    public void ALabGoesUpOnceAndDownWithoutATrace()
    {
        var up = Run("up");
        up.ExitCode.ShouldBe(0, up.Error);
        up.Output.ShouldContain("DB2");
        up.Error.ShouldContain("dropped by rule `no-telnet`");
        NetworkNamespace.List().Count(IsOurs).ShouldBe(4);

        var again = Run("up");
        again.ExitCode.ShouldBe(4);
        again.Error.ShouldContain("is up already");
        again.Error.ShouldContain("FABRIC-4102");

        var down = Run("down");
        down.ExitCode.ShouldBe(0, down.Error);
        down.Error.ShouldContain("1 processes, 4 interfaces and 4 namespaces removed");
        NothingIsLeft();

        var nothing = Run("down");
        nothing.ExitCode.ShouldBe(0);
        nothing.Error.ShouldContain("there is no lab");
    }

    [Test]
    public void TheDemoPassesAndLeavesNothing()
    {
        var demo = Run("demo");

        demo.ExitCode.ShouldBe(0, demo.Output + demo.Error);
        demo.Output.ShouldContain("7 checks passed");
        demo.Output.ShouldContain("dropped by rule `no-telnet`");
        NothingIsLeft();
    }

    [Test]
    public void TheDemoPassesOverThreeHostsAndLeavesNothing()
    {
        var demo = Run("demo", "--hosts", "3");

        demo.ExitCode.ShouldBe(0, demo.Output + demo.Error);
        demo.Output.ShouldContain("3 hosts, two bridges");
        demo.Output.ShouldContain("7 checks passed");
        NothingIsLeft();
    }

    [Test]
    public void ACommandRunsAsAStation()
    {
        Run("up").ExitCode.ShouldBe(0);
        var ping = Run("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "10.2.0.11");
        ping.ExitCode.ShouldBe(0, ping.Output + ping.Error);
        ping.Output.ShouldContain("64 bytes from 10.2.0.11");
        Run("exec", "web1", "--", "sh", "-c", "exit 7").ExitCode.ShouldBe(7);
        var unknown = Run("exec", "web11", "--", "true");
        unknown.ExitCode.ShouldBe(3, unknown.Error);
        unknown.Error.ShouldContain("did you mean 'web1'?");
        Run("exec", "web1").Error.ShouldContain("exec wants a port and a command");
    }

    /// <summary>The ledger has an entry for the agent and two for each station: the moments between which things are made.</summary>
    [Test]
    public void DownLeavesNothingAfterUpWasKilledAtAnyMoment([Values(0, 1, 2, 3, 5, 8, 9)] int entries, [Values] bool isAgentKilledToo)
    {
        using (var up = Start("up"))
        {
            Eventually(() => Entries() >= entries && Directory.Exists(_name.Folder), $"{entries} entries in the ledger");
            Libc.kill(up.Id, Libc.SIGKILL);
            up.WaitForExit(Patience).ExitCode.ShouldNotBe(1);
        }
        if (isAgentKilledToo)
        {
            foreach (var agent in LabDownHost.AgentsOf(_name))
                Libc.kill(agent.Id, Libc.SIGKILL);
        }

        LabDownHost.Run(_name).ShouldNotBeNull();

        NothingIsLeft();
        LabDownHost.Run(_name).ShouldBeNull();
    }

    [Test]
    public void ALabThatWasKilledIsNamedAndNotTakenForAnother()
    {
        using (var up = Start("up"))
        {
            Eventually(() => Entries() >= 4, "a part of the lab");
            Libc.kill(up.Id, Libc.SIGKILL);
            up.WaitForExit(Patience);
        }
        foreach (var agent in LabDownHost.AgentsOf(_name))
            DaemonHost.Stop(agent);

        var again = Run("up");

        again.ExitCode.ShouldBe(4);
        again.Error.ShouldContain("was killed and left something behind");
    }

    /// <summary>Where its journal is to be there is a folder: the agent ends at once.</summary>
    [Test]
    public void ALabWhoseAgentDoesNotStartTellsWhatTheAgentSaid()
    {
        Directory.CreateDirectory(_name.Journal);
        try
        {
            var up = Run("up");

            up.ExitCode.ShouldBe(1, up.Error);
            up.Error.ShouldContain("FABRIC-4105");
            up.Error.ShouldContain("the lab's agent ended");
            up.Error.ShouldContain($"the journal {_name.Journal} cannot", Case.Sensitive, "what the agent said");
            NetworkNamespace.List().Count(IsOurs).ShouldBe(0);
        }
        finally
        {
            if (Directory.Exists(_name.Folder))
                Directory.Delete(_name.Folder, recursive: true);
        }
    }

    /// <summary>Two stations, and nothing between them.</summary>
    [Test]
    public void ALabThatForwardsNothingSaysSo()
    {
        var plan = new LabPlan(_name, 1, null);
        var guests = LabDescription.Guests(plan, LabDescription.Network(plan))[..2];
        foreach (var guest in guests)
            GuestHost.CreateNamespace(guest.HostInterface);
        try
        {
            using var pings = new ReachHost(guests);

            var told = Should.Throw<FabricException>(() => pings.WaitForFirstOf(_name, TimeSpan.Zero, CancellationToken.None));

            told.Problems[0].Entry.Code.ShouldBe("FABRIC-4106");
            told.Problems[0].ToString().ShouldContain(_name.Log);
        }
        finally
        {
            foreach (var guest in guests)
                NetworkNamespace.Delete(guest.HostInterface);
        }
    }

    [Test]
    public void WhatSomebodyElseMadeUnderOurNamesStays()
    {
        var taken = $"{_name.Prefix}db2";
        NetworkNamespace.Create(taken);
        try
        {
            var up = Run("up");

            up.ExitCode.ShouldBe(4);
            up.Error.ShouldContain($"there is a network namespace '{taken}' already");
            up.Error.ShouldContain("FABRIC-4104");
            NetworkNamespace.Exists(taken).ShouldBeTrue();
            Directory.Exists(_name.Folder).ShouldBeFalse();
        }
        finally
        {
            NetworkNamespace.Delete(taken);
        }
    }

    [Test]
    public void BeingToldToEndTheDemoTidiesUp([Values(1, 4, 9)] int entries)
    {
        using var demo = Start("demo");
        Eventually(() => Entries() >= entries, $"{entries} entries in the ledger");

        Libc.kill(demo.Id, Libc.SIGTERM);

        demo.WaitForExit(Patience).ExitCode.ShouldNotBe(0);
        NothingIsLeft();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");

    private HostProcess Start(string verb) => HostProcess.Start(null, Program, "lab", verb, "--name", _name.Text);

    private HostProcessResult Run(string verb, params string[] more) =>
        HostProcess.Run(Patience, null, Program, ["lab", "--name", _name.Text, verb, .. more]);

    private int Entries() => LedgerHost.Read(_name.Ledger).Count;

    private bool IsOurs(string name) => name.StartsWith(_name.Prefix, StringComparison.Ordinal);

    private void NothingIsLeft()
    {
        NetworkNamespace.List().Where(IsOurs).ShouldBeEmpty();
        using var routes = RouteSocket.Open();
        routes.ListLinks().Select(link => link.Name).Where(IsOurs).ShouldBeEmpty();
        DaemonHost.FindByArgument(_name.Journal).ShouldBeEmpty();
        Directory.Exists(_name.Folder).ShouldBeFalse();
    }
}
