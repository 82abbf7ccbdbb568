using System.Net.Sockets;
using System.Text.RegularExpressions;
using Fabric.Agent.Cli.Capturing;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Dashboard;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Changes;
using Fabric.Tests.Live;

namespace Fabric.Tests.Cli;

/// <summary>E2: every code comes about, here or where what it is about is tried.</summary>
public class ErrorCodesTest
{
    [TestCase("FABRIC-1001", "fabric: [v1")]
    [TestCase("FABRIC-1002", "fabric: v1\nhosts: {a: {}, a: {}}")]
    [TestCase("FABRIC-1003", "hosts: {}")]
    [TestCase("FABRIC-1101", "fabric: v1\nhostz: {}")]
    [TestCase("FABRIC-1102", "fabric: v1\ntenants: {t: {ports: {p: {}}}}")]
    [TestCase("FABRIC-1103", "fabric: v1\nhosts: 7")]
    [TestCase("FABRIC-1104", "fabric: v9")]
    [TestCase("FABRIC-1105", "fabric: v1\nhosts: {\"a b\": {}}")]
    [TestCase("FABRIC-1106", "fabric: v1\ntenants: {t: {chains: {c: [{do: drop}]}}}")]
    [TestCase("FABRIC-1201", "fabric: v1\ntenants: {t: {ports: {p: {on: nobody}}}}")]
    [TestCase("FABRIC-1202", "fabric: v1\ntenants: {t: {bridges: {b: {}}, ports: {p: {on: b, interface: x}}}}")]
    [TestCase(
        "FABRIC-1203",
        "fabric: v1\nhosts: {a: {}}\ntenants: {t: {bridges: {b: {}}, ports: {averyveryverylongname: {on: b, host: a}}}}"
    )]
    [TestCase(
        "FABRIC-1301",
        "fabric: v1\nhosts: {a: {}}\ntenants: {t: {bridges: {b: {}}, ports: {p: {on: b, host: a, ip: [10.0.0.1]}, q: {on: b, host: a, ip: [10.0.0.2]}}}}\nexpect: [{from: t/p, to: t/q, tcp: 80, result: dropped}]"
    )]
    public async Task AWrongDescriptionHasItsCode(string code, string text) =>
        ShouldTell(await Shell.RunAsync("validate -f -", text), code);

    [TestCase("FABRIC-3001", "status --nothing")]
    [TestCase("FABRIC-3003", "co")]
    [TestCase("FABRIC-3101", "validate -f /nowhere/net.yaml")]
    [TestCase("FABRIC-3201", "status --socket /nowhere/agent.sock")]
    [TestCase("FABRIC-4101", "lab up --name A-b")]
    [TestCase("FABRIC-4305", "journal restore /nowhere/backup.db --journal /nowhere/journal.db")]
    public async Task AWrongLineHasItsCode(string code, string line) => ShouldTell(await Shell.RunAsync(line), code);

    [Test]
    public async Task AFolderWithoutDescriptionsHasItsCode()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-empty-");
        try
        {
            ShouldTell(await Shell.RunAsync($"validate -f {folder.FullName}"), "FABRIC-3102");
        }
        finally
        {
            folder.Delete();
        }
    }

    [Test]
    public void ADeviceWithoutATenantCannotBeWritten()
    {
        var name = new DeviceName("", "b");
        var nobodys = new TopologyEvent.DeviceCreated(new Bridge { Id = new BridgeId(1), Name = name });
        var topology = TopologyEvolution.Apply(TopologySnapshot.Empty, nobodys);

        Should.Throw<FabricException>(() => DescriptionWriter.Write(topology)).Problems[0].Entry.ShouldBe(DescriptionErrors.NotExpressible);
    }

    /// <summary>Codes 2001 to 2010, by commands at random; that of a network with older agents is by hand.</summary>
    [Test]
    public void EveryRefusalHasTheCodeOfItsReason()
    {
        var codes = new Dictionary<RejectionReason, ErrorEntry>();
        for (var seed = 1; seed <= 40; seed++)
        {
            var generator = new CommandGenerator(seed);
            var topology = CommandGenerator.Beginning();
            for (var i = 0; i < 150; i++)
            {
                var decision = TopologyDecisions.Decide(topology, generator.Next());
                if (decision.Rejection is { } rejection)
                    codes.TryAdd(rejection.Reason, RefusalErrors.ProblemOf(rejection).Entry);
                topology = decision.Events.Aggregate(topology, TopologyEvolution.Apply);
            }
        }
        codes[RejectionReason.TooNew] = RefusalErrors.ProblemOf(new Rejection(RejectionReason.TooNew, "an older agent", null, null)).Entry;

        codes.Keys.ShouldBe(Enum.GetValues<RejectionReason>(), ignoreOrder: true);
        foreach (var (reason, entry) in codes)
            entry.ShouldBe(typeof(RefusalErrors).GetProperty($"{reason}")!.GetValue(null), $"{reason}");
    }

    [Test]
    public void AnInterfaceThatThereIsNotCannotBeListenedAt() =>
        Should
            .Throw<FabricException>(() => CaptureHost.Open(0, [("shop/web1", "no-such-link")]))
            .Problems[0]
            .Entry.ShouldBe(CaptureErrors.CannotListen);

    [Test]
    public async Task APacketBeforeTheOneBeforeItHasItsCode()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-early-");
        try
        {
            var (network, packets) = (Path.Combine(folder.FullName, "net.yaml"), Path.Combine(folder.FullName, "packets"));
            await File.WriteAllTextAsync(
                network,
                "fabric: v1\nhosts: {a: {}}\ntenants: {t: {bridges: {b: {}}, ports: {p: {on: b, host: a, ip: [10.0.0.1]}}}}"
            );
            await File.WriteAllTextAsync(packets, "at=5s,in_port=t/p,tcp,nw_dst=10.0.0.2\nat=4s,in_port=t/p,tcp,nw_dst=10.0.0.2\n");
            var told = await Shell.RunAsync($"simulate -f {network} --packets {packets} -o json");

            (told.Out + told.Error).ShouldContain("FABRIC-5005");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task AnAgentThatCannotStartHasItsCode()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-two-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "one.db"));

            ShouldTell(await AgentRun.RefuseAsync(folder.FullName, Path.Combine(folder.FullName, "two.db")), "FABRIC-4001");
            ShouldTell(await AgentRun.RefuseAsync(folder.FullName, "/proc/nowhere/journal.db", host: "h2"), "FABRIC-4002");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task WhatNobodyAnswersForIsNotCaptured()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-capture-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "journal.db"));
            const string There =
                "fabric: v1\nhosts: { h1: {}, h2: { underlay: 192.0.2.2 } }\ntenants: { shop: { bridges: { web: {} }, ports: { far: { on: web, host: h2 } } } }";
            (await agent.AskAsync("apply -f -", There)).Exit.ShouldBe(0);

            var silent = await agent.AskAsync($"capture far -w {folder.FullName}/x");

            ShouldTell(silent, "FABRIC-3704");
            silent.Error.ShouldContain("host h2 does not tell of port shop/far");
            silent.Error.ShouldContain("it is unreachable");
            silent.Exit.ShouldBe(5);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>As a user who may not: root may all.</summary>
    [TestCase("FABRIC-3202", "status")]
    [TestCase("FABRIC-4201", "lab up --name zz")]
    public async Task WhoMayNotIsToldSo(string code, string line)
    {
        SkipWithoutRoot();
        var folder = Directory.CreateTempSubdirectory("fabric-others-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "journal.db"));
            string[] words =
            [
                .. (string[])["--reuid", "65534", "--regid", "65534", "--clear-groups"],
                Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"),
                .. line.Split(' '),
                .. (string[])["--socket", agent.Socket],
            ];
            var told = await Task.Run(() => HostProcess.Run(LiveTest.Patience, null, "setpriv", words));

            told.Error.ShouldContain(code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task ALabThatIsBeingWorkedOnIsLeftAlone()
    {
        SkipWithoutRoot();
        // No other run of the tests works on it.
        LabName.TryParse($"z{Environment.ProcessId % 0x100000:x}", out var name).ShouldBeTrue();
        using (LabLockHost.Acquire(name!, TimeSpan.Zero).ShouldNotBeNull())
            ShouldTell(await Shell.RunAsync($"lab up --name {name}"), "FABRIC-4103");
        Directory.Delete(name!.Folder, recursive: true);
    }

    [Test]
    public async Task AnAgentThatTakesTheCallAndDoesNotAnswerHasItsCode()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-mute-");
        try
        {
            var path = Path.Combine(folder.FullName, "agent.sock");
            using var mute = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            mute.Bind(new UnixDomainSocketEndPoint(path));
            mute.Listen();
            await using var agent = AgentSession.Open(path, TimeSpan.FromMilliseconds(50));

            var told = await Should.ThrowAsync<FabricException>(async () => await agent.StatusAsync(CancellationToken.None));

            told.Problems[0].Entry.Code.ShouldBe("FABRIC-3204");
            told.Problems[0].ToString().ShouldContain("/v1/status was not answered within 0.05 seconds");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The tests are a program without pages.</summary>
    [Test]
    public void AProgramThatWasBuiltWithoutPagesSaysSo() =>
        Should
            .Throw<FabricException>(() => DashboardAssets.Require(typeof(ErrorCodesTest).Assembly))
            .Problems[0]
            .Entry.Code.ShouldBe("FABRIC-3502");

    /// <summary>A code that no test names would come about unseen.</summary>
    [Test]
    public void EveryCodeIsNamedByATest()
    {
        var tests = string.Concat(
            Directory.EnumerateFiles(Repository.File("Fabric.Tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)
        );
        var properties = typeof(ErrorCatalogue)
            .Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Errors", StringComparison.Ordinal))
            .SelectMany(type => type.GetProperties())
            .Where(property => property.PropertyType == typeof(ErrorEntry));
        var unnamed = properties
            .Where(property => property.DeclaringType != typeof(RefusalErrors))
            .Select(property => (Entry: (ErrorEntry)property.GetValue(null)!, Name: $"{property.DeclaringType!.Name}.{property.Name}"))
            .Where(one => !tests.Contains(one.Entry.Code, StringComparison.Ordinal) && !Regex.IsMatch(tests, $@"\b{one.Name}\b"))
            .Select(one => $"{one.Entry.Code} {one.Name}");

        unnamed.ShouldBeEmpty();
    }

    private static void SkipWithoutRoot()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Ignore("not root");
    }

    private static void ShouldTell(ShellResult told, string code)
    {
        told.Exit.ShouldNotBe(0, told.Error);
        told.Error.ShouldContain(code);
        told.Error.ShouldNotContain("   at ");
    }
}
