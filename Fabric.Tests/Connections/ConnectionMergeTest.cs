using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

/// <summary>State that is pushed is state that is derived: tables that tell each other agree, in whatever order word comes and how often.</summary>
public class ConnectionMergeTest
{
    private const int Steps = 400;

    [Test]
    public void TwoTablesThatTellEachOtherAgreeInTheEnd([Range(0, 59)] int seed)
    {
        var random = new Random(seed);
        // Their clocks differ by up to an hour, and their times have begun at different moments.
        var tables = Enumerable
            .Range(0, 2)
            .Select(_ => new ConnectionTable(ConnectionLimits.Usual, started: TimeSpan.FromSeconds(100_000 + random.Next(3600))))
            .ToArray();
        var wires = tables.Select(_ => new Wire()).ToArray();
        for (var i = 0; i < tables.Length; i++)
            tables[i].TellTo(wires[i]);
        var pairs = Enumerable.Range(0, 12).Select(number => Pair(number)).ToArray();
        var now = TimeSpan.FromSeconds(10);
        var touched = new List<FlowTag>();
        for (var step = 0; step < Steps; step++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(2000));
            var at = random.Next(2);
            var (forward, back) = pairs[random.Next(pairs.Length)];
            // Forward packets come in at the first host and answers at the second, as a rule.
            if (at == 0 && random.Next(3) == 0)
                tables[0].Open(forward, back, new PortId(1), TcpFlags.Syn, now, touched, out _, new PortId(2));
            else if (tables[at].TryFind(at == 0 ? forward : back, out var found))
                tables[at].See(found.Handle, found.Direction, AnyFlags(random), now, touched);
            if (random.Next(2) == 0)
                Deliver(random, wires[at], tables[1 - at], now, touched, isLossy: true);
        }
        // What got lost on the way is told again by the outbox, so in the end the last word on each is there.
        for (var at = 0; at < 2; at++)
        {
            tables[at].TellAll(0, int.MaxValue, wires[at]);
            Deliver(random, wires[at], tables[1 - at], now, touched, isLossy: false);
        }
        foreach (var key in pairs.SelectMany(pair => new[] { pair.Forward, pair.Back }))
            Answer(tables[1], key).ShouldBe(Answer(tables[0], key), $"seed {seed}, {key}");
        tables[0].Count.ShouldBe(tables[1].Count);
    }

    [Test]
    public void AConnectionThatIsSeenAtOneEndLivesAtTheOther()
    {
        var (here, there, wire, touched) = (
            new ConnectionTable(ConnectionLimits.Usual),
            new ConnectionTable(ConnectionLimits.Usual),
            new Wire(),
            new List<FlowTag>()
        );
        there.TellTo(wire);
        var (forward, back) = Pair(1, IpProtocol.Udp);
        here.Open(forward, back, new PortId(1), default, default, touched, out _, new PortId(2));
        there.Open(forward, back, new PortId(1), default, default, touched, out _, new PortId(2));
        there.TryFind(back, out var found).ShouldBeTrue();
        var told = 0;
        for (var second = 1; second <= 3600; second++)
        {
            var now = TimeSpan.FromSeconds(second);
            there.See(found.Handle, found.Direction, default, now, touched);
            told += wire.Words.Count;
            Deliver(new Random(1), wire, here, now, touched, isLossy: false);
            here.Expire(now, int.MaxValue, touched);
        }
        here.TryFind(forward, out _).ShouldBeTrue();
        told.ShouldBeInRange(3600 / 100, 3600 / 60, "once in each quarter of the five minutes, and when it was answered");
        here.Expire(TimeSpan.FromSeconds(3600 + 302), int.MaxValue, touched);
        here.TryFind(forward, out _).ShouldBeFalse("silence ends it at each holder");
    }

    [Test]
    public void PortsThatAreUsedAgainBeginAnotherConnectionAtTheOtherHolderToo()
    {
        var (here, there, wire, touched) = (
            new ConnectionTable(ConnectionLimits.Usual),
            new ConnectionTable(ConnectionLimits.Usual),
            new Wire(),
            new List<FlowTag>()
        );
        here.TellTo(wire);
        var (forward, back) = Pair(1);
        here.Open(forward, back, new PortId(1), TcpFlags.Syn, default, touched, out var first, new PortId(2));
        here.See(first, FlowDirection.Forward, TcpFlags.Rst, default, touched);
        // Within the same tenth of a second.
        here.Open(forward, back, new PortId(1), TcpFlags.Syn, default, touched, out _, new PortId(2));
        var words = wire.Words.ToArray();
        words.Length.ShouldBe(3);
        foreach (var order in new[] { new[] { 0, 1, 2, 1, 0 }, [2, 1, 0], [0, 2, 1], [2, 2, 0, 1] })
        {
            var table = new ConnectionTable(ConnectionLimits.Usual);
            foreach (var number in order)
                table.Merge(words[number].Record, default, touched);
            table.TryFind(forward, out var found).ShouldBeTrue();
            found.Phase.ShouldBe(ConnectionPhase.Opening, string.Join(", ", order));
        }
        there.Count.ShouldBe(0);
    }

    private static void Deliver(Random random, Wire wire, ConnectionTable to, TimeSpan now, List<FlowTag> touched, bool isLossy)
    {
        var words = wire.Words.ToArray();
        wire.Words.Clear();
        random.Shuffle(words);
        foreach (var (record, _) in words)
        {
            // Late ones come with the next round; some come twice.
            if (isLossy && random.Next(4) == 0)
                wire.Words.Add((record, now));
            else
                to.Merge(record, now, touched);
            if (isLossy && random.Next(4) == 0)
                wire.Words.Add((record, now));
        }
    }

    private static (bool, FlowDirection, ConnectionPhase, bool) Answer(ConnectionTable table, in ConnectionKey key) =>
        (table.TryFind(key, out var found), found.Direction, found.Phase, found.IsAnswered);

    private static TcpFlags AnyFlags(Random random) =>
        random.Next(6) switch
        {
            0 => TcpFlags.Rst,
            1 => TcpFlags.Fin | TcpFlags.Ack,
            2 => TcpFlags.Syn | TcpFlags.Ack,
            _ => TcpFlags.Ack,
        };

    private static (ConnectionKey Forward, ConnectionKey Back) Pair(int number, byte protocol = IpProtocol.Tcp)
    {
        var (inside, outside) = number % 3 == 0 ? ("fd00::1", "2001:db8::7") : ("10.0.0.1", "192.0.2.7");
        var forward = new ConnectionKey(
            new BridgeId(1),
            protocol,
            IpAddress.Parse(inside),
            IpAddress.Parse(outside),
            (ushort)(1000 + number),
            80
        );
        return (forward, forward.ReverseAt(new RouterId(1)));
    }

    private sealed class Wire : IConnectionTeller
    {
        public List<(ConnectionRecord Record, TimeSpan LastSeen)> Words { get; } = [];

        public void Tell(in ConnectionRecord record, TimeSpan lastSeen) => Words.Add((record, lastSeen));
    }
}
