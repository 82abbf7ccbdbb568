using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;

namespace Fabric.Akka.Protocol;

/// <summary>How the messages of the hive lie in bytes: field after field, in the order of their records.</summary>
internal static class MessageLayouts
{
    // The kinds of outcome on the wire; a value is never given another meaning.
    private const byte Fulfilled = 1;
    private const byte Repeated = 2;
    private const byte Refused = 3;
    private const byte Failed = 4;
    private const byte Unavailable = 5;

    // Fewer than a frame can hold; a count beyond it is damage, and must not ask for memory.
    private const int MaxCount = 1 << 24;

    internal static void Write(this BinaryWriter writer, DeviceRef device)
    {
        writer.Write((byte)device.Kind);
        writer.Write(device.Id);
    }

    internal static DeviceRef ReadDevice(this BinaryReader reader) => new((DeviceKind)reader.ReadByte(), reader.ReadUInt64());

    internal static void Write(this BinaryWriter writer, CommandEnvelope envelope) => writer.WriteBytes(CommandCodec.Encode(envelope));

    internal static CommandEnvelope ReadEnvelope(this BinaryReader reader) =>
        CommandCodec.TryDecode(reader.ReadBytes(), out CommandEnvelope? envelope, out var fault)
            ? envelope
            : throw new FormatException($"a command cannot be read: {fault}");

    internal static void Write(this BinaryWriter writer, StoreOutcome outcome)
    {
        switch (outcome)
        {
            case StoreOutcome.Fulfilled(var position, var versions):
                writer.Write(Fulfilled);
                writer.Write(position);
                writer.Write(versions.Length);
                foreach (var (device, version) in versions)
                {
                    writer.Write(device);
                    writer.Write(version);
                }
                break;
            case StoreOutcome.Repeated(var position):
                writer.Write(Repeated);
                writer.Write(position);
                break;
            case StoreOutcome.Refused(var rejection):
                writer.Write(Refused);
                writer.Write((int)rejection.Reason);
                writer.Write(rejection.Message);
                writer.WriteOptional(rejection.Subject);
                writer.WriteOptional(rejection.Other);
                break;
            case StoreOutcome.Failed(var bug):
                writer.Write(Failed);
                writer.Write(bug.ToString());
                break;
            case StoreOutcome.Unavailable away:
                writer.Write(Unavailable);
                writer.Write(away.Reason);
                writer.Write(away.MayBeStored);
                writer.Write(away.IsPassing);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    internal static StoreOutcome ReadOutcome(this BinaryReader reader) =>
        reader.ReadByte() switch
        {
            Fulfilled => new StoreOutcome.Fulfilled(
                reader.ReadInt64(),
                reader.ReadMany(static each => new DeviceVersion(each.ReadDevice(), each.ReadInt64()))
            ),
            Repeated => new StoreOutcome.Repeated(reader.ReadInt64()),
            Refused => new StoreOutcome.Refused(
                new Rejection(
                    (RejectionReason)reader.ReadInt32(),
                    reader.ReadString(),
                    reader.ReadOptionalDevice(),
                    reader.ReadOptionalDevice()
                )
            ),
            Failed => new StoreOutcome.Failed(new InvalidOperationException($"at another node: {reader.ReadString()}")),
            Unavailable => new StoreOutcome.Unavailable(reader.ReadString(), reader.ReadBoolean(), reader.ReadBoolean()),
            var unknown => throw new FormatException($"outcome {unknown} is not known"),
        };

    internal static void Write(this BinaryWriter writer, Pushed pushed)
    {
        writer.Write(pushed.Previous.Position);
        writer.Write(pushed.Previous.Hash.ToArray());
        writer.Write(pushed.Entries.Length);
        foreach (var entry in pushed.Entries)
            writer.WriteBytes(EntryBytes.Of(entry));
    }

    internal static Pushed ReadPushed(this BinaryReader reader)
    {
        var previous = new JournalHead(reader.ReadInt64(), EntryHash.Read(reader.ReadBytes(EntryHash.Length)));
        var position = previous.Position;
        return new Pushed(previous, reader.ReadMany(each => EntryBytes.Read(++position, each.ReadBytes())));
    }

    internal static void Write(this BinaryWriter writer, LeaseTold told)
    {
        writer.Write(told.Node);
        writer.Write(told.Uid);
        var lease = told.Lease;
        writer.Write(lease.Host.Value);
        writer.Write(lease.Name);
        writer.Write(lease.Incarnation);
        writer.Write(lease.Holder.Place);
        writer.Write(lease.Holder.Boot);
        writer.Write((byte)lease.Roles);
        writer.Write(lease.Level);
        writer.Write(lease.Position);
    }

    internal static LeaseTold ReadLeaseTold(this BinaryReader reader) =>
        new(
            reader.ReadString(),
            reader.ReadInt32(),
            new Lease(
                new HostId(reader.ReadUInt64()),
                reader.ReadString(),
                reader.ReadUInt64(),
                new LeaseHolder(reader.ReadString(), reader.ReadString()),
                (MemberRoles)reader.ReadByte(),
                reader.ReadInt32(),
                reader.ReadInt64()
            )
        );

    internal static void Write(this BinaryWriter writer, ActorsListed listed)
    {
        writer.Write(listed.Node);
        writer.Write(listed.IsWriter);
        writer.Write(listed.Devices.Length);
        foreach (var actor in listed.Devices)
        {
            writer.Write(actor.Device);
            writer.Write(actor.Shard ?? "");
            writer.Write(actor.Waiting);
        }
    }

    internal static ActorsListed ReadActorsListed(this BinaryReader reader)
    {
        var node = reader.ReadString();
        return new ActorsListed(
            node,
            reader.ReadBoolean(),
            reader.ReadMany(each => new DeviceActorView(each.ReadDevice(), node, each.ReadString(), each.ReadInt32()))
        );
    }

    private static void WriteOptional(this BinaryWriter writer, DeviceRef? device)
    {
        writer.Write(device is not null);
        if (device is { } some)
            writer.Write(some);
    }

    private static DeviceRef? ReadOptionalDevice(this BinaryReader reader) => reader.ReadBoolean() ? reader.ReadDevice() : null;

    private static void WriteBytes(this BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(this BinaryReader reader)
    {
        var length = reader.ReadInt32();
        if (length < 0 || length > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new FormatException($"a length of {length} bytes does not fit");
        return reader.ReadBytes(length);
    }

    private static ImmutableArray<T> ReadMany<T>(this BinaryReader reader, Func<BinaryReader, T> read)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > MaxCount)
            throw new FormatException($"a count of {count} cannot be");
        var many = ImmutableArray.CreateBuilder<T>();
        for (var i = 0; i < count; i++)
            many.Add(read(reader));
        return many.DrainToImmutable();
    }
}
