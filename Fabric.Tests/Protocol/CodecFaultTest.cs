using System.Buffers.Binary;
using System.Numerics;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Tests.Protocol;

public class CodecFaultTest
{
    private const int HeadLength = 6;

    private static readonly JournalEntry _entry = new(
        5,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        "ada",
        "",
        new RequestId(0x1234),
        [
            new TopologyEvent.DeviceCreated(
                new Port
                {
                    Id = new PortId(0x11),
                    Name = new DeviceName("acme", "vm1"),
                    Owner = new BridgeId(0x22),
                    Mac = MacAddress.Parse("02:00:00:00:00:01"),
                    Addresses = [new InterfaceAddress(IpAddress.Parse("10.0.0.1"), 24)],
                }
            ),
            new TopologyEvent.RouteDeleted(new RouterId(0x33), "default"),
        ]
    );

    /// <summary>A message of a content, with the checksum that belongs to it.</summary>
    private static byte[] Seal(byte level, params byte[] content)
    {
        var sum = BitOperations.Crc32C(uint.MaxValue, level);
        sum = ~content.Aggregate(sum, BitOperations.Crc32C);
        var message = new byte[HeadLength + content.Length];
        (message[0], message[1]) = (1, level);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(2), sum);
        content.CopyTo(message, HeadLength);
        return message;
    }

    private static CodecFault FaultOf(ReadOnlySpan<byte> bytes)
    {
        FeedCodec.TryDecode(bytes, out JournalEntry? entry, out var fault).ShouldBeFalse();
        entry.ShouldBeNull();
        return fault;
    }

    [Test]
    public void The_bytes_of_an_entry_never_change()
    {
        // Stored journals hold these bytes and their hashes: a failure here is a broken journal, not an outdated test.
        Convert
            .ToHexStringLower(FeedCodec.Encode(_entry))
            .ShouldBe(
                // Format, level, checksum; position, time, author, request.
                "0101"
                    + "8205e330"
                    + "010105"
                    + "020808de49ab96b70080"
                    + "0303616461"
                    + "05021234"
                    // An event: a device came into being, a port.
                    + "0626"
                    + "01"
                    + "0123"
                    + "01"
                    // Its id, tenant, name, owner (kind 1), Ethernet address, one address (length, version, number).
                    + "010111"
                    + "020461636d65"
                    + "0303766d31"
                    + "05020122"
                    + "0906020000000001"
                    + "0a0618040a000001"
                    // An event: a route was deleted, of router 0x33, "default".
                    + "060d"
                    + "08"
                    + "010133"
                    + "020764656661756c74"
            );
    }

    [Test]
    public void Every_beginning_of_a_message_is_refused()
    {
        var bytes = FeedCodec.Encode(_entry);
        for (var length = 0; length < bytes.Length; length++)
            FaultOf(bytes.AsSpan(0, length)).Kind.ShouldNotBe(CodecFaultKind.None, $"length {length}");
    }

    [Test]
    public void Every_turned_bit_is_noticed()
    {
        var bytes = FeedCodec.Encode(_entry);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            FaultOf(bytes).Kind.ShouldNotBe(CodecFaultKind.None, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Test]
    public void Bytes_that_nobody_wrote_are_refused_or_read_but_never_throw([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var generator = new ValueGenerator(seed);
        for (var i = 0; i < 500; i++)
        {
            var content = (i % 2 == 0 ? FeedCodec.Encode(generator.Entry()) : CommandCodec.Encode(generator.Envelope()))[HeadLength..];
            for (var changes = random.Next(1, 5); changes > 0 && content.Length > 0; changes--)
                content[random.Next(content.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                content = content[..random.Next(content.Length + 1)];
            var bytes = Seal(1, content);
            if (!FeedCodec.TryDecode(bytes, out JournalEntry? entry, out var fault))
                (entry, fault.Kind == CodecFaultKind.None).ShouldBe((null, false), $"seed {seed}, value {i}");
            if (!CommandCodec.TryDecode(bytes, out CommandEnvelope? envelope, out fault))
                (envelope, fault.Kind == CodecFaultKind.None).ShouldBe((null, false), $"seed {seed}, value {i}");
        }
    }

    [Test]
    public void What_a_newer_program_wrote_tells_the_level_it_needs()
    {
        const int Newer = CodecLevel.Current + 1;
        var fault = FaultOf(Seal(Newer, 0xff, 0xff));
        fault.Kind.ShouldBe(CodecFaultKind.NeedsLevel);
        fault.Level.ShouldBe(Newer);
        fault.ToString().ShouldBe($"the bytes need a program of level {Newer}, and this one is of level {CodecLevel.Current}");
    }

    [Test]
    public void What_is_old_is_written_for_the_oldest_reader() => FeedCodec.Encode(_entry)[1].ShouldBe((byte)CodecLevel.First);

    [TestCase(new byte[] { 99 }, CodecFaultKind.UnknownKind, "event")]
    [TestCase(new byte[] { 3 }, CodecFaultKind.Missing, "deletion")]
    [TestCase(new byte[] { 3, 2, 0 }, CodecFaultKind.UnknownField, "field 2 of deletion")]
    [TestCase(new byte[] { 3, 1, 2, 9, 1 }, CodecFaultKind.BadValue, "field 1 of deletion")]
    [TestCase(new byte[] { 3, 1, 3, 1, 0, 1 }, CodecFaultKind.BadValue, "field 1 of deletion")]
    [TestCase(new byte[] { 3, 1, 9, 1 }, CodecFaultKind.Truncated, "deletion")]
    [TestCase(new byte[] { 3, 1, 2, 1, 1, 1, 2, 1, 1 }, CodecFaultKind.UnknownField, "field 1 of deletion")]
    [TestCase(new byte[] { 8, 1, 1, 1, 2, 1, 0xff }, CodecFaultKind.BadValue, "field 2 of route deletion")]
    [TestCase(
        new byte[] { 9, 1, 1, 1, 2, 3, 8, 4, 1 },
        CodecFaultKind.BadValue,
        "field 2 of set change",
        Description = "bits past the length"
    )]
    [TestCase(
        new byte[] { 9, 1, 1, 1, 2, 3, 33, 4, 1 },
        CodecFaultKind.BadValue,
        "field 2 of set change",
        Description = "length past the width"
    )]
    public void A_bad_event_tells_what_is_wrong_and_where(byte[] content, CodecFaultKind kind, string where)
    {
        FeedCodec.TryDecode(Seal(1, content), out TopologyEvent? happened, out var fault).ShouldBeFalse();
        happened.ShouldBeNull();
        fault.ShouldBe(new CodecFault(kind, where));
    }

    [Test]
    public void A_batch_within_a_batch_is_no_command()
    {
        TopologyCommand inner = new TopologyCommand.Batch([new TopologyCommand.UnlinkPort(new PortId(1))]);
        var bytes = CommandCodec.Encode(inner)[HeadLength..];
        CommandCodec.TryDecode(Seal(1, [12, 1, (byte)bytes.Length, .. bytes]), out TopologyCommand? command, out var fault).ShouldBeFalse();
        command.ShouldBeNull();
        fault.Kind.ShouldBe(CodecFaultKind.UnknownKind);
    }

    [Test]
    public void A_bridge_port_takes_few_bytes()
    {
        var device = ((TopologyEvent.DeviceCreated)_entry.Events[0]).Device;
        FeedCodec.Encode(device).Length.ShouldBeLessThan(64);
    }
}
