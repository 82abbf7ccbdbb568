using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

public class ConnectionRecordTest
{
    [TestCase(IpFamily.V4, 68)]
    [TestCase(IpFamily.V6, 116)]
    public void ARecordIsReadAsItWasWrittenAndNotIfAnyBitIsAnother(IpFamily family, int size)
    {
        ConnectionRecord.SizeOf(family).ShouldBe(size);
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var record = Any(random, family);
            var bytes = new byte[size];
            record.Write(bytes);
            ConnectionRecord.TryRead(bytes, family, out var read).ShouldBeTrue();
            read.ShouldBe(record);
            var bit = random.Next(size * 8);
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            ConnectionRecord.TryRead(bytes, family, out _).ShouldBeFalse($"bit {bit}");
        }
        ConnectionRecord.TryRead(new byte[size], family, out _).ShouldBeFalse("nothing is there");
        ConnectionRecord.TryRead([], family, out _).ShouldBeFalse();
    }

    /// <summary>Whatever happens to a table: another that is made of what its mirror was told answers every question as it does.</summary>
    [Test]
    public void ATableMadeOfTheMirrorAnswersAsTheOneBeforeDid([Range(0, 39)] int seed)
    {
        var random = new Random(seed);
        var table = new ConnectionTable(ConnectionLimits.Usual, seed: 1);
        var mirror = new Mirror();
        var keys = Enumerable.Range(0, 60).Select(_ => Any(random, random.Next(2) == 0 ? IpFamily.V4 : IpFamily.V6)).ToArray();
        var touched = new List<FlowTag>();
        var now = TimeSpan.Zero;
        for (var step = 0; step < 500; step++)
        {
            if (step == 100)
                table.MirrorTo(mirror);
            now += TimeSpan.FromSeconds(random.Next(20));
            var (forward, back, ingress, egress, _, _, _, _) = keys[random.Next(keys.Length)];
            if (random.Next(10) == 0)
                table.Expire(now, int.MaxValue, touched);
            else if (random.Next(3) == 0)
                table.Open(forward, back, ingress, random.Next(4) == 0 ? TcpFlags.Ack : TcpFlags.Syn, now, touched, out _, egress);
            else if (table.TryFind(random.Next(2) == 0 ? forward : back, out var found))
                table.See(found.Handle, found.Direction, AnyFlags(random), now, touched);
        }

        var next = new ConnectionTable(ConnectionLimits.Usual, seed: 2);
        foreach (var (_, record) in mirror.Records.OrderBy(pair => pair.Key))
            next.Merge(record, now, touched);

        (next.Count, next.HalfOpen).ShouldBe((table.Count, table.HalfOpen));
        foreach (var key in keys.SelectMany(pair => new[] { pair.Forward, pair.Return }))
            Answer(next, key).ShouldBe(Answer(table, key), key.ToString());
    }

    private static (bool, FlowDirection, ConnectionPhase, bool, ConnectionKey) Answer(ConnectionTable table, in ConnectionKey key)
    {
        var isFound = table.TryTranslate(key, out var found, out var other);
        return (isFound, found.Direction, found.Phase, found.IsAnswered, other);
    }

    private static ConnectionRecord Any(Random random, IpFamily family)
    {
        var forward = new ConnectionKey(
            new BridgeId((ulong)random.NextInt64()),
            random.Next(3) == 0 ? IpProtocol.Udp : IpProtocol.Tcp,
            AnyAddress(random, family),
            AnyAddress(random, family),
            (ushort)random.Next(65536),
            (ushort)random.Next(65536),
            random.Next(2) == 0
        );
        var back = forward.ReverseAt(new RouterId((ulong)random.NextInt64()));
        if (forward.IsTranslated)
            back = back with { Destination = AnyAddress(random, family), DestinationPort = (ushort)random.Next(65536) };
        return new ConnectionRecord(
            forward,
            back,
            new PortId((ulong)random.NextInt64()),
            new PortId((ulong)random.NextInt64()),
            (uint)random.NextInt64(),
            AnyFlags(random),
            AnyFlags(random),
            random.Next(2) == 0
        );
    }

    private static IpAddress AnyAddress(Random random, IpFamily family) =>
        family == IpFamily.V4
            ? IpAddress.V4((uint)random.Next())
            : IpAddress.V6(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));

    private static TcpFlags AnyFlags(Random random) => (TcpFlags)random.Next(32) & ConnectionLife.Kept;

    private sealed class Mirror : IConnectionMirror
    {
        public Dictionary<int, ConnectionRecord> Records { get; } = [];

        public void Put(int slot, in ConnectionRecord record) => Records[slot] = record;

        public void Remove(int slot) => Records.Remove(slot).ShouldBeTrue();
    }
}
