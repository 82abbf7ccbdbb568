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
