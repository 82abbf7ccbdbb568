using Fabric.Addresses;
using Fabric.Agent.Connections;
using Fabric.Collections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

/// <summary>What agents leave to each other, in real files.</summary>
public class ConnectionJournalTest
{
    private readonly List<string> _warnings = [];
    private DirectoryInfo _root = null!;

    private string Folder => Path.Combine(_root.FullName, "agent.connections");

    [SetUp]
    public void SetUp()
    {
        _warnings.Clear();
        _root = Directory.CreateTempSubdirectory("fabric-connections-");
    }

    [TearDown]
    public void TearDown() => _root.Delete(recursive: true);

    [TestCase(1, 1)]
    [TestCase(4, 4)]
    [TestCase(1, 3)]
    [TestCase(4, 1)]
    public void TheNextAgentKnowsWhatTheOneBeforeKnewWhateverThreadsItHas(int threads, int threadsThen)
    {
        // Not disposed: it was killed.
        var killed = Begin(threads);
        for (ushort port = 1; port <= 100; port++)
            Open(killed, port % threads, port);

        using var next = Begin(threadsThen, out var restored);
        restored.ShouldBe(100);
        for (ushort port = 1; port <= 100; port++)
        {
            next.TryFind(0, Pair(port).Back, out var found).ShouldBeTrue();
            (found.Direction, found.Phase).ShouldBe(
                (FlowDirection.Return, port % 2 == 0 ? ConnectionPhase.Opening : ConnectionPhase.Established)
            );
        }
        Directory.GetFiles(Folder).Length.ShouldBe((threadsThen + 1) * 2, "files of threads that are no more are gone");
        using var third = Begin(threadsThen, out restored);
        restored.ShouldBe(100);
        _warnings.ShouldBeEmpty();
    }

    [Test]
    public void WhatHasExpiredDoesNotComeBack()
    {
        var host = Begin(1);
        Open(host, 0, 1);
        host.Expire(0, PersistentMap<RouterId, Router>.Empty, At(5 * 60 * 60), 100, new List<FlowTag>());
        using var next = Begin(1, out var restored);
        restored.ShouldBe(0);
    }

    [Test]
    public void OthersThanTheOwnerReadNothing()
    {
        using var host = Begin(1);
        Open(host, 0, 1);
        File.GetUnixFileMode(Folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(Folder))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Test]
    public void ADamagedRecordCostsItsConnectionAndIsTold()
    {
        var host = Begin(1);
        for (ushort port = 1; port <= 10; port++)
            Open(host, 0, port);
        var path = Path.Combine(Folder, "0.v4");
        var bytes = File.ReadAllBytes(path);
        bytes[16 + 3 * ConnectionRecord.SizeOf(IpFamily.V4) + 50] ^= 1;
        // And the last one is cut off.
        File.WriteAllBytes(path, bytes[..^1]);
        using var next = Begin(1, out var restored);
        restored.ShouldBe(8);
        _warnings.ShouldHaveSingleItem().ShouldBe($"2 connections of the agent before are forgotten: their records in {path} are damaged");
    }

    [Test]
    public void AFileOfAnotherVersionIsPassedOverAndTold()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "0.v4"), "something else altogether");
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "of somebody");
        using var host = Begin(1, out var restored);
        restored.ShouldBe(0);
        _warnings.ShouldHaveSingleItem().ShouldEndWith("0.v4 is not of this version");
        File.Exists(Path.Combine(Folder, "notes.txt")).ShouldBeTrue();
    }

    [Test]
    public void WhereNothingCanBeKeptItIsToldAndConnectionsAreTrackedAllTheSame()
    {
        File.WriteAllText(Folder, "a file is in the way");
        using var host = Begin(1);
        _warnings.ShouldHaveSingleItem().ShouldStartWith("connections are not kept for the next agent, which will know none of them: ");
        Open(host, 0, 1);
        host.TryFind(0, Pair(1).Forward, out _).ShouldBeTrue();
    }

    private ConnectionHost Begin(int threads) => Begin(threads, out _);

    private ConnectionHost Begin(int threads, out int restored)
    {
        var host = new ConnectionHost(threads, ConnectionLimits.Usual, TimeProvider.System, seed: 1);
        restored = host.Keep(Folder, _warnings.Add);
        return host;
    }

    private static void Open(ConnectionHost host, int owner, ushort port)
    {
        var (forward, back) = Pair(port);
        var touched = new List<FlowTag>();
        host.Open(owner, forward, back, new PortId(1), TcpFlags.Syn, At(0), touched, out var connection).ShouldBe(ConnectionOutcome.Opened);
        if (port % 2 == 0)
            return;
        host.See(connection, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack, At(0), touched);
        host.See(connection, FlowDirection.Forward, TcpFlags.Ack, At(0), touched);
    }

    private static long At(int seconds) => TimeProvider.System.GetTimestamp() + seconds * TimeProvider.System.TimestampFrequency;

    // Every third of IPv6.
    private static (ConnectionKey Forward, ConnectionKey Back) Pair(ushort port)
    {
        var (inside, outside) = port % 3 == 0 ? ("fd00::1", "2001:db8::7") : ("10.0.0.1", "192.0.2.7");
        var (source, target) = (IpAddress.Parse(inside), IpAddress.Parse(outside));
        var forward = new ConnectionKey(new BridgeId(1), IpProtocol.Tcp, source, target, port, 80);
        return (forward, forward.ReverseAt(new RouterId(1)));
    }
}
