using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

public class ConnectionTableTest
{
    private static readonly DeviceRef Lan = new BridgeId(1);
    private static readonly DeviceRef Edge = new RouterId(1);
    private static readonly PortId Vm1 = new(1);
    private static readonly PortId Vm2 = new(2);

    [TestCase("10.0.0.1", "192.0.2.7")]
    [TestCase("fd00::1", "2001:db8::7")]
    public void AConnectionIsFoundByBothDirectionsEachAtItsDevice(string inside, string outside)
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var (forward, back) = Pair(inside, outside, 4000);
        Open(table, forward, back).ShouldBe(ConnectionOutcome.Opened);
        table.TryFind(forward, out var found).ShouldBeTrue();
        (found.Direction, found.Phase, found.IsAnswered).ShouldBe((FlowDirection.Forward, ConnectionPhase.Opening, false));
        table.TryFind(back, out found).ShouldBeTrue();
        found.Direction.ShouldBe(FlowDirection.Return);
        table.TryFind(forward with { Device = Edge }, out _).ShouldBeFalse();
        table.TryFind(forward with { Protocol = IpProtocol.Udp }, out _).ShouldBeFalse();
        table.TryFind(forward with { SourcePort = 4001 }, out _).ShouldBeFalse();
        Open(table, forward, back).ShouldBe(ConnectionOutcome.Known);
        table.Count.ShouldBe(1);
    }

    [Test]
    public void EveryChangeThatALookupCanSeeTouchesBothDirections()
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var (forward, back) = Pair("10.0.0.1", "192.0.2.7", 4000);
        var touched = new List<FlowTag>();
        table.Open(forward, back, Vm1, TcpFlags.Syn, default, touched, out var connection);
        ShouldTouch();
        table.See(connection, FlowDirection.Forward, TcpFlags.Syn, default, touched);
        touched.ShouldBeEmpty("it was known");
        table.See(connection, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack, default, touched);
        ShouldTouch();
        table.See(connection, FlowDirection.Forward, TcpFlags.Ack, default, touched);
        table.See(connection, FlowDirection.Forward, TcpFlags.Fin | TcpFlags.Ack, default, touched);
        touched.ShouldBeEmpty("no rule can ask for it");
        table.See(connection, FlowDirection.Return, TcpFlags.Fin | TcpFlags.Ack, default, touched);
        ShouldTouch();
        table.Expire(ConnectionTimers.TcpTransitory + TimeSpan.FromSeconds(1), 100, touched);
        ShouldTouch();
        table.Count.ShouldBe(0);

        void ShouldTouch()
        {
            touched.ShouldBe([forward.Tag, back.Tag], ignoreOrder: true);
            touched.Clear();
        }
    }

    [Test]
    public void ClosedPortsAreUsedAgainFromEitherSide([Values] bool isOtherSide)
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var (forward, back) = Pair("10.0.0.1", "192.0.2.7", 4000);
        Open(table, forward, back);
        table.TryFind(forward, out var old);
        table.See(old.Handle, FlowDirection.Return, TcpFlags.Rst, default, []);
        var (first, second) = isOtherSide ? (back, forward) : (forward, back);
        Open(table, first, second).ShouldBe(ConnectionOutcome.Opened);
        table.Count.ShouldBe(1);
        table.TryFind(first, out var found).ShouldBeTrue();
        (found.Direction, found.Phase).ShouldBe((FlowDirection.Forward, ConnectionPhase.Opening));
        table.See(old.Handle, FlowDirection.Return, TcpFlags.Rst, default, []);
        table.TryFind(first, out found).ShouldBeTrue();
        found.Phase.ShouldBe(ConnectionPhase.Opening, "an old handle is nobody's");
    }

    [Test]
    public void OfACopyToSeveralDevicesTheOneThatIsAnsweredStays()
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var (forward, back) = Pair("10.0.0.1", "192.0.2.7", 4000);
        Open(table, forward, back);
        Open(table, forward, back with { Device = Lan });
        table.Count.ShouldBe(2);
        table.TryFind(back, out var answered);
        table.See(answered.Handle, FlowDirection.Return, TcpFlags.Ack, default, []);
        table.Count.ShouldBe(1);
        table.TryFind(back with { Device = Lan }, out _).ShouldBeFalse();
        table.TryFind(forward, out var found).ShouldBeTrue();
        found.IsAnswered.ShouldBeTrue();
    }

    [Test]
    public void AConnectionWhoseAnswersComeInElsewhereGoesOnAsWhatItWas()
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var (forward, back) = Pair("10.0.0.1", "192.0.2.7", 4000);
        Open(table, forward, back);
        table.TryFind(back, out var found);
        table.See(found.Handle, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack, default, []);
        table.See(found.Handle, FlowDirection.Forward, TcpFlags.Ack, default, []);
        var elsewhere = back with { Device = new RouterId(2) };
        Open(table, forward, elsewhere).ShouldBe(ConnectionOutcome.Opened);
        table.TryFind(elsewhere, out found).ShouldBeTrue();
        found.Phase.ShouldBe(ConnectionPhase.Established);
        table.TryFind(back, out _).ShouldBeTrue("what is under way comes in here");
        Open(table, forward, back).ShouldBe(ConnectionOutcome.Known);
    }

    [Test]
    public void WhenAPortHasItsShareItsOldestHalfOpenConnectionMakesWay()
    {
        var table = new ConnectionTable(new ConnectionLimits(100, 3));
        for (ushort port = 1; port <= 4; port++)
        {
            if (port == 1)
                Establish(table, port, Vm1);
            else
                Open(table, port, Vm1).ShouldBe(ConnectionOutcome.Opened);
        }
        Has(table, 1, Vm1).ShouldBeTrue("it is established");
        Has(table, 2, Vm1).ShouldBeFalse("it was half-open for longest");
        (table.CountOf(Vm1), table.Evicted).ShouldBe((3, 1));
        Establish(table, 3, Vm1);
        Establish(table, 4, Vm1);
        table.HasRoom(Vm1).ShouldBeFalse();
        table.HasRoom(Vm2).ShouldBeTrue();
        Open(table, 5, Vm1).ShouldBe(ConnectionOutcome.Refused);
        table.Refused.ShouldBe(1);
    }

    [Test]
    public void InAFullTableWhatIsClosedGivesWay()
    {
        var table = new ConnectionTable(new ConnectionLimits(2, 2));
        Establish(table, 1, Vm1);
        Establish(table, 2, Vm1);
        table.HasRoom(Vm2).ShouldBeFalse();
        Close(table, 2, Vm1);
        table.HalfOpen.ShouldBe(0);
        table.HasRoom(Vm2).ShouldBeTrue();
        Open(table, 3, Vm2).ShouldBe(ConnectionOutcome.Opened);
        Has(table, 1, Vm1).ShouldBeTrue("it is established");
    }

    [Test]
    public void AFloodOfOpeningsAtOnePortEndsItsOwn()
    {
        var table = new ConnectionTable(new ConnectionLimits(100, 90));
        for (ushort port = 1; port <= 10; port++)
            Open(table, port, Vm2);
        for (ushort port = 1; port <= 1000; port++)
            Open(table, port, Vm1).ShouldBe(ConnectionOutcome.Opened);
        for (ushort port = 11; port <= 50; port++)
            Open(table, port, Vm2).ShouldBe(ConnectionOutcome.Opened);
        for (ushort port = 1; port <= 50; port++)
            Has(table, port, Vm2).ShouldBeTrue($"connection {port} of the port that does no harm");
        table.Count.ShouldBe(100);
    }

    [Test]
    public void AConnectionLivesAsLongAsItsTimerAndPacketsProlongIt()
    {
        foreach (var (protocol, isAnswered, timer) in Timers())
        {
            var table = new ConnectionTable(ConnectionLimits.Usual);
            var (forward, back) = Pair("10.0.0.1", "192.0.2.7", 4000);
            (forward, back) = (forward with { Protocol = protocol }, back with { Protocol = protocol });
            table.Open(forward, back, Vm1, TcpFlags.Syn, default, [], out var connection);
            if (isAnswered)
                table.See(connection, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack, default, []);
            var later = TimeSpan.FromSeconds(30);
            table.See(connection, FlowDirection.Forward, isAnswered ? TcpFlags.Ack : TcpFlags.Syn, later, []);
            table.Expire(later + timer, 100, []);
            table.Count.ShouldBe(1, $"protocol {protocol}, answered {isAnswered}");
            table.Expire(later + timer + TimeSpan.FromSeconds(0.2), 100, []);
            table.Count.ShouldBe(0, $"protocol {protocol}, answered {isAnswered}");
        }
    }

    [Test]
    public void ARoutersTimersCountForWhatBeginsThereAndFromWhenTheyAreSaid()
    {
        var timers = new RouterTimers
        {
            TcpEstablished = 10_000,
            TcpTransitory = 300,
            Udp = 200,
            Icmp = 90,
            Other = 5,
        };
        var routers = PersistentMap<RouterId, Router>.Empty.Add(
            new RouterId(1),
            new Router
            {
                Id = new RouterId(1),
                Name = new DeviceName("t", "edge"),
                Timers = timers,
            }
        );
        (DeviceRef At, byte Protocol, bool IsAnswered, int Seconds)[] expected =
        [
            (Edge, IpProtocol.Tcp, true, timers.TcpEstablished),
            (Edge, IpProtocol.Tcp, false, timers.TcpTransitory),
            (Edge, IpProtocol.Udp, true, timers.Udp),
            (Edge, IpProtocol.Udp, false, 120),
            (Edge, IpProtocol.Icmp, true, timers.Icmp),
            (Edge, IpProtocol.Icmpv6, true, timers.Icmp),
            (Edge, IpProtocol.Gre, true, timers.Other),
            // Its answers come in at the router.
            (Lan, IpProtocol.Udp, true, RouterTimers.Usual.Udp),
        ];
        foreach (var (at, protocol, isAnswered, seconds) in expected)
        {
            var table = new ConnectionTable(ConnectionLimits.Usual);
            var (forward, back) = Pair("10.0.0.1", "192.0.2.7", 4000);
            (forward, back) = (forward with { Device = at, Protocol = protocol }, back with { Protocol = protocol });
            table.Open(forward, back, Vm1, TcpFlags.Syn, default, [], out var connection);
            if (isAnswered)
            {
                table.See(connection, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack, default, []);
                table.See(connection, FlowDirection.Forward, TcpFlags.Ack, default, []);
            }
            // Said after the connection began.
            table.Follow(routers);
            table.Expire(TimeSpan.FromSeconds(seconds), 100, []);
            table.Count.ShouldBe(1, $"protocol {protocol}, answered {isAnswered}");
            table.Expire(TimeSpan.FromSeconds(seconds + 0.2), 100, []);
            table.Count.ShouldBe(0, $"protocol {protocol}, answered {isAnswered}");
        }
    }

    [Test]
    public void ATableIsAsAModelOfIt()
    {
        for (var seed = 0; seed < 60; seed++)
            ConnectionModel.Compare(seed).ShouldBeNull($"seed {seed}");
    }

    [TestCase("10.0.0.1", "192.0.2.7", 120)]
    [TestCase("fd00::1", "2001:db8::7", 220)]
    public void AConnectionTakesLittleMemory(string inside, string outside, int mostBytes)
    {
        const int Count = 250_000;
        var table = new ConnectionTable(new ConnectionLimits(Count, Count));
        var touched = new List<FlowTag>();
        var (forward, back) = Pair(inside, outside, 0);
        for (var i = 0; i < Count; i++)
        {
            touched.Clear();
            var (source, other) = ((ushort)i, (ushort)(i >> 16));
            var (one, two) = (
                forward with
                {
                    SourcePort = source,
                    DestinationPort = other,
                },
                back with
                {
                    DestinationPort = source,
                    SourcePort = other,
                }
            );
            table.Open(one, two, Vm1, TcpFlags.Syn, default, touched, out _).ShouldBe(ConnectionOutcome.Opened);
        }
        (table.Bytes / (double)Count).ShouldBeLessThan(mostBytes);
    }

    /// <summary>Every packet of a known connection comes here or is told of by statistics.</summary>
    [Test]
    public void LookupsAndSightingsAllocateNothing()
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var (forward, back) = Pair("10.0.0.1", "192.0.2.7", 4000);
        Open(table, forward, back);
        var touched = new List<FlowTag>(16);
        table.TryFind(back, out var found);
        table.See(found.Handle, FlowDirection.Return, TcpFlags.Ack, default, touched);
        long allocated = 0;
        // The first round compiles.
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                table.TryFind(forward, out found);
                table.Knows(forward, back);
                table.See(found.Handle, FlowDirection.Forward, TcpFlags.Ack, TimeSpan.FromSeconds(i), touched);
                table.Expire(TimeSpan.FromSeconds(i), 16, touched);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        allocated.ShouldBe(0);
    }

    private static IEnumerable<(byte Protocol, bool IsAnswered, TimeSpan Timer)> Timers() =>
        [
            (IpProtocol.Tcp, false, TimeSpan.FromMinutes(4)),
            (IpProtocol.Tcp, true, TimeSpan.FromMinutes(124)),
            (IpProtocol.Udp, false, TimeSpan.FromMinutes(2)),
            (IpProtocol.Udp, true, TimeSpan.FromMinutes(5)),
            (IpProtocol.Icmp, true, TimeSpan.FromSeconds(60)),
            (IpProtocol.Gre, true, TimeSpan.FromMinutes(10)),
        ];

    internal static (ConnectionKey Forward, ConnectionKey Back) Pair(string inside, string outside, ushort port)
    {
        var forward = new ConnectionKey(Lan, IpProtocol.Tcp, IpAddress.Parse(inside), IpAddress.Parse(outside), port, 80);
        return (forward, forward.ReverseAt(Edge));
    }

    private static ConnectionOutcome Open(ConnectionTable table, in ConnectionKey forward, in ConnectionKey back) =>
        table.Open(forward, back, Vm1, TcpFlags.Syn, default, [], out _);

    private static ConnectionOutcome Open(ConnectionTable table, ushort port, PortId ingress)
    {
        var (forward, back) = Pair($"10.0.0.{ingress.Value}", "192.0.2.7", port);
        return table.Open(forward, back, ingress, TcpFlags.Syn, default, [], out _);
    }

    private static bool Has(ConnectionTable table, ushort port, PortId ingress) =>
        table.TryFind(Pair($"10.0.0.{ingress.Value}", "192.0.2.7", port).Forward, out _);

    private static void Establish(ConnectionTable table, ushort port, PortId ingress)
    {
        Open(table, port, ingress);
        table.TryFind(Pair($"10.0.0.{ingress.Value}", "192.0.2.7", port).Forward, out var found).ShouldBeTrue();
        table.See(found.Handle, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack, default, []);
        table.See(found.Handle, FlowDirection.Forward, TcpFlags.Ack, default, []);
    }

    private static void Close(ConnectionTable table, ushort port, PortId ingress)
    {
        table.TryFind(Pair($"10.0.0.{ingress.Value}", "192.0.2.7", port).Forward, out var found).ShouldBeTrue();
        table.See(found.Handle, FlowDirection.Forward, TcpFlags.Rst, default, []);
    }
}
