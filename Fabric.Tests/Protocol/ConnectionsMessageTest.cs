using Fabric.Addresses;
using Fabric.Agent.Connections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Protocol;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Protocol;

/// <summary>The bytes by which hosts tell each other of connections.</summary>
public class ConnectionsMessageTest
{
    // A program that writes others is no member of a hive that has one of today.
    private const string FirstBytes =
        "01057064523f010801020304050607080201130308111213141516171804011104011205480000025801061213050102910300000000000000040000"
        + "00000000000500000000000000060000000000000087d612000700000a016433c6409cbb01016433c6097100cbbb01214e0578000000000111000000"
        + "0102690700000000000000080000000000000009000000000000000a0000000000000007000000070000000000000000000000b80d01200900000000"
        + "00000000000100b80d012088133500090000000000000000000100b80d0120070000000000000000000000b80d012035008813063401020107020111"
        + "03110620010db800000000000000000000000704110620010db800010000000000000000000905021388060135";

    [Test]
    public void AMessageIsReadAsItWasWrittenAndFitsIntoADatagram([Range(1, 20)] int seed)
    {
        var message = Any(new Random(seed));
        var bytes = PeerCodec.Encode(message);
        bytes.Length.ShouldBeLessThanOrEqualTo(IPeers.MaxPayload);
        PeerCodec.TryDecode(bytes, out ConnectionsMessage? read, out var fault).ShouldBeTrue($"seed {seed}: {fault}");
        read.ShouldBe(message, $"seed {seed}");
    }

    [Test]
    public void WhatIsCutOffOrAlteredIsRefusedOrAnotherMessageAndNeverAFailure([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var bytes = PeerCodec.Encode(Any(random));
        for (var length = 0; length < bytes.Length; length++)
            PeerCodec.TryDecode(bytes.AsSpan(0, length), out ConnectionsMessage? _, out var _);
        for (var i = 0; i < 500; i++)
        {
            var altered = bytes.ToArray();
            altered[random.Next(altered.Length)] ^= (byte)(1 << random.Next(8));
            PeerCodec.TryDecode(altered, out ConnectionsMessage? _, out var _);
        }
        PeerCodec.TryDecode(bytes.AsSpan(0, bytes.Length - 1), out ConnectionsMessage? _, out var _).ShouldBeFalse();
    }

    /// <summary>Row 93: agents of two versions share connections during an upgrade, so these bytes never change.</summary>
    [Test]
    public void Row93AgentsOfAllVersionsWriteAndReadTheSameBytes()
    {
        var (inside, outside, server) = (IpAddress.Parse("10.0.0.7"), IpAddress.Parse("203.0.113.9"), IpAddress.Parse("198.51.100.1"));
        var translated = new ConnectionRecord(
            new ConnectionKey(new BridgeId(3), IpProtocol.Tcp, inside, server, 40_000, 443),
            new ConnectionKey(new RouterId(4), IpProtocol.Tcp, server, outside, 443, 20_001, IsTranslated: true),
            new PortId(5),
            new PortId(6),
            1_234_567,
            TcpFlags.Syn | TcpFlags.Ack,
            TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Fin,
            IsAnswered: true
        );
        var (one, other) = (IpAddress.Parse("2001:db8::7"), IpAddress.Parse("2001:db8:1::9"));
        var forward = new ConnectionKey(new BridgeId(7), IpProtocol.Udp, one, other, 5_000, 53);
        var plain = new ConnectionRecord(
            forward,
            forward.ReverseAt(new RouterId(8)),
            new PortId(9),
            new PortId(10),
            7,
            0,
            0,
            IsAnswered: false
        );
        var message = new ConnectionsMessage(
            0x0102_0304_0506_0708,
            0x1112_1314_1516_1718,
            19,
            [17, 18],
            [new(translated, 600), new(plain, 0)],
            [forward]
        );

        var bytes = PeerCodec.Encode(message);

        Convert.ToHexStringLower(bytes).ShouldBe(FirstBytes);
        PeerCodec.TryDecode(Convert.FromHexString(FirstBytes), out ConnectionsMessage? read, out var fault).ShouldBeTrue($"{fault}");
        read.ShouldBe(message);
    }

    // As many as an agent puts into one, all of the longer kind.
    private static ConnectionsMessage Any(Random random) =>
        new(
            (ulong)random.NextInt64(),
            (ulong)random.NextInt64(),
            random.Next(),
            [.. Enumerable.Range(0, 16).Select(_ => random.Next())],
            [
                .. Enumerable
                    .Range(0, ConnectionExchangeActor.MessageConnections)
                    .Select(_ => new ToldConnection(Record(random), (uint)random.Next())),
            ],
            []
        );

    private static ConnectionRecord Record(Random random)
    {
        var forward = new ConnectionKey(
            new BridgeId((ulong)random.NextInt64()),
            IpProtocol.Tcp,
            Address(random),
            Address(random),
            (ushort)random.Next(65536),
            (ushort)random.Next(65536),
            random.Next(2) == 0
        );
        return new ConnectionRecord(
            forward,
            forward.ReverseAt(new RouterId((ulong)random.NextInt64())),
            new PortId((ulong)random.NextInt64()),
            new PortId((ulong)random.NextInt64()),
            (uint)random.NextInt64(),
            TcpFlags.Syn,
            TcpFlags.Syn | TcpFlags.Ack,
            random.Next(2) == 0
        );
    }

    private static IpAddress Address(Random random) => IpAddress.V6(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
}
