using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of connections between agents.</summary>
internal static class ConnectionLayouts
{
    /// <summary>The silence, four bytes, highest first; then the record as it is kept in files too, whose length tells the IP version.</summary>
    private static readonly FieldCodec<ToldConnection> _told = ValueCodec.Of<ToldConnection>(Write, TryRead);

    private static readonly Layout<ConnectionKey> _key = new Layout<ConnectionKey>("direction", default)
        .Required(1, ValueCodec.Ref, key => key.Device, (key, device) => key with { Device = device }, since: 5)
        .Optional(2, ValueCodec.UInt8, key => key.Protocol, (key, protocol) => key with { Protocol = protocol }, since: 5)
        .Required(3, ValueCodec.Ip, key => key.Source, (key, address) => key with { Source = address }, since: 5)
        .Required(4, ValueCodec.Ip, key => key.Destination, (key, address) => key with { Destination = address }, since: 5)
        .Optional(5, ValueCodec.UInt16, key => key.SourcePort, (key, port) => key with { SourcePort = port }, since: 5)
        .Optional(6, ValueCodec.UInt16, key => key.DestinationPort, (key, port) => key with { DestinationPort = port }, since: 5)
        .Optional(7, ValueCodec.Bool, key => key.IsTranslated, (key, isTranslated) => key with { IsTranslated = isTranslated }, since: 5);

    public static Layout<ConnectionsMessage> Message { get; } =
        new Layout<ConnectionsMessage>("message of connections", new(0, 0, 0, [], [], []))
            .Required(
                1,
                ValueCodec.UInt64,
                message => message.Incarnation,
                (message, number) => message with { Incarnation = number },
                since: 5
            )
            .Required(2, ValueCodec.Int32, message => message.Number, (message, number) => message with { Number = number }, since: 5)
            .Required(3, ValueCodec.UInt64, message => message.Receiver, (message, number) => message with { Receiver = number }, since: 5)
            .Repeated(4, ValueCodec.Int32, message => message.Arrived, (message, numbers) => message with { Arrived = numbers }, since: 5)
            .Repeated(5, _told, message => message.Connections, (message, told) => message with { Connections = told }, since: 5)
            .Repeated(6, _key, message => message.Asked, (message, keys) => message with { Asked = keys }, since: 5);

    private static void Write(FieldWriter writer, ToldConnection told)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint) + ConnectionRecord.SizeOf(IpFamily.V6)];
        bytes = bytes[..(sizeof(uint) + ConnectionRecord.SizeOf(told.Record.Family))];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, told.Silence);
        told.Record.Write(bytes[sizeof(uint)..]);
        writer.Bytes(bytes);
    }

    private static bool TryRead(ReadOnlySpan<byte> content, out ToldConnection told)
    {
        told = default;
        if (content.Length < sizeof(uint))
            return false;
        var bytes = content[sizeof(uint)..];
        var family = bytes.Length == ConnectionRecord.SizeOf(IpFamily.V4) ? IpFamily.V4 : IpFamily.V6;
        if (!ConnectionRecord.TryRead(bytes, family, out var record))
            return false;
        told = new ToldConnection(record, BinaryPrimitives.ReadUInt32BigEndian(content));
        return true;
    }
}
