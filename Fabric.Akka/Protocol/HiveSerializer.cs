using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Protocol;

/// <summary>The bytes of all that one node's actors tell another's, and of the event that is stored.</summary>
/// <remarks>
/// Commands, events and rejections are written by the codecs of Fabric/Protocol; this frames them. A manifest is never given another meaning: a
/// message that changes gets a new one, and both are read until no node of before can be there.
/// </remarks>
internal sealed class HiveSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>What the serializer is known by in stored rows and on the wire, for ever.</summary>
    internal const int Id = 7701;

    /// <summary>The manifest of a stored entry.</summary>
    internal const string EntryManifest = "entry";

    private const string DeviceCommandManifest = "device-command";
    private const string AppendManifest = "append";
    private const string OutcomeManifest = "outcome";
    private const string PushedManifest = "pushed";
    private const string LeaseManifest = "lease";
    private const string AskLeaseManifest = "ask-lease";
    private const string ListManifest = "list-actors";
    private const string ListedManifest = "actors";

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) =>
        o switch
        {
            StoredEntry => EntryManifest,
            DeviceCommand => DeviceCommandManifest,
            Append => AppendManifest,
            StoreOutcome => OutcomeManifest,
            Pushed => PushedManifest,
            LeaseTold => LeaseManifest,
            AskLease => AskLeaseManifest,
            ListActors => ListManifest,
            ActorsListed => ListedManifest,
            _ => throw new ArgumentException($"{o.GetType()} is no message of the hive", nameof(o)),
        };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        if (obj is StoredEntry entry)
            return EntryBytes.Of(entry);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        switch (obj)
        {
            case DeviceCommand command:
                writer.Write(command.Device);
                writer.Write(command.Envelope);
                break;
            case Append append:
                writer.Write(append.Envelope);
                break;
            case StoreOutcome outcome:
                writer.Write(outcome);
                break;
            case Pushed pushed:
                writer.Write(pushed);
                break;
            case LeaseTold told:
                writer.Write(told);
                break;
            case AskLease or ListActors:
                break;
            case ActorsListed listed:
                writer.Write(listed);
                break;
            default:
                throw new ArgumentException($"{obj.GetType()} is no message of the hive", nameof(obj));
        }
        writer.Flush();
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are damaged, or a newer program wrote them; the message is dropped and sent again.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        try
        {
            return manifest switch
            {
                // Nobody replays entries as events: their position is beside them.
                EntryManifest => EntryBytes.Read(0, bytes),
                DeviceCommandManifest => new DeviceCommand(reader.ReadDevice(), reader.ReadEnvelope()),
                AppendManifest => new Append(reader.ReadEnvelope()),
                OutcomeManifest => reader.ReadOutcome(),
                PushedManifest => reader.ReadPushed(),
                LeaseManifest => reader.ReadLeaseTold(),
                AskLeaseManifest => new AskLease(),
                ListManifest => new ListActors(),
                ListedManifest => reader.ReadActorsListed(),
                _ => throw new SerializationException($"manifest '{manifest}' is not known; a newer program wrote it"),
            };
        }
        catch (Exception damage) when (damage is IOException or ArgumentException or FormatException)
        {
            throw new SerializationException($"a message of the hive ('{manifest}') cannot be read: {damage.Message}", damage);
        }
    }
}
