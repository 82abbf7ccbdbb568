using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Feed;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Replica;

/// <summary>The replica in two files of a directory: a snapshot, and the entries after it.</summary>
/// <remarks>
/// <code>
/// replica.snapshot   record: the place (FeedMessage.Idle)   record: the description
/// replica.tail       record: an entry and its place (FeedMessage.Entry)   ...
/// record             length in bytes (4, highest byte first) | a message of FeedCodec, which has a checksum
/// </code>
/// A tail that ends in the middle of a record, after a crash, is cut there. Entries that the snapshot holds already are passed over, so the
/// snapshot may be renamed into place before the tail is emptied. A snapshot that cannot be read is renamed, and its tail with it: nothing
/// follows from it, and somebody may want to look.
/// </remarks>
public sealed class ReplicaJournal(string directory) : IReplicaStore
{
    private readonly string _snapshotPath = Path.Combine(directory, "replica.snapshot");
    private readonly string _tailPath = Path.Combine(directory, "replica.tail");
    private FileStream? _tail;

    /// <inheritdoc/>
    public async ValueTask<ReplicaState?> LoadAsync(CancellationToken cancellation)
    {
        if (!File.Exists(_snapshotPath))
            return null;
        if (!TryReadSnapshot(await File.ReadAllBytesAsync(_snapshotPath, cancellation), out var state, out var fault))
            throw new InvalidDataException(PutAside(fault));
        var tail = await OpenTailAsync();
        var bytes = new byte[tail.Length];
        tail.Position = 0;
        await tail.ReadExactlyAsync(bytes, cancellation);
        var sound = 0;
        while (TryReadEntry(bytes.AsSpan(sound), ref state, out var length))
            sound += length;
        tail.SetLength(sound);
        tail.Position = sound;
        return state;
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(FeedItem.Stored item, CancellationToken cancellation)
    {
        var tail = await OpenTailAsync();
        await tail.WriteAsync(Record(FeedCodec.Encode(new FeedMessage.Entry(item.Head.Place, item.Entry))), cancellation);
        await tail.FlushAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(ReplicaState state, CancellationToken cancellation)
    {
        var newPath = _snapshotPath + ".new";
        await using (var file = new FileStream(newPath, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(Record(FeedCodec.Encode(new FeedMessage.Idle(state.Head.Place))), cancellation);
            await file.WriteAsync(Record(FeedCodec.Encode(state.Topology)), cancellation);
            file.Flush(flushToDisk: true);
        }
        File.Move(newPath, _snapshotPath, overwrite: true);
        (await OpenTailAsync()).SetLength(0);
    }

    /// <summary>Closes the files.</summary>
    public ValueTask DisposeAsync() => _tail?.DisposeAsync() ?? ValueTask.CompletedTask;

    private string PutAside(CodecFault fault)
    {
        var aside = _snapshotPath + ".damaged";
        File.Move(_snapshotPath, aside, overwrite: true);
        if (File.Exists(_tailPath))
            File.Move(_tailPath, _tailPath + ".damaged", overwrite: true);
        return $"this node's own copy of the network cannot be read ({fault}); it was put aside as {aside}";
    }

    private ValueTask<FileStream> OpenTailAsync()
    {
        _tail ??= new FileStream(_tailPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _tail.Seek(0, SeekOrigin.End);
        return ValueTask.FromResult(_tail);
    }

    private static bool TryReadSnapshot(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ReplicaState? state, out CodecFault fault)
    {
        state = null;
        fault = new CodecFault(CodecFaultKind.Truncated);
        if (!TryTakeRecord(bytes, out var first, out var length) || !TryTakeRecord(bytes[length..], out var second, out _))
            return false;
        if (!FeedCodec.TryDecode(first, out FeedMessage? message, out fault))
            return false;
        if (!FeedCodec.TryDecode(second, out TopologySnapshot? topology, out fault))
            return false;
        fault = new CodecFault(CodecFaultKind.Damaged);
        if (message is not FeedMessage.Idle idle || topology.Position != idle.Place.Position)
            return false;
        state = new ReplicaState(topology, JournalHead.At(idle.Place));
        return true;
    }

    private static bool TryReadEntry(ReadOnlySpan<byte> bytes, ref ReplicaState state, out int length)
    {
        if (!TryTakeRecord(bytes, out var record, out length))
            return false;
        if (!FeedCodec.TryDecode(record, out FeedMessage? message, out _) || message is not FeedMessage.Entry entry)
            return false;
        if (entry.Journal.Position <= state.Head.Position)
            return true;
        if (StoredEntry.After(state.Head, entry.Journal).Head != JournalHead.At(entry.Place))
            return false;
        state = new ReplicaState(TopologyEvolution.Apply(state.Topology, entry.Journal), JournalHead.At(entry.Place));
        return true;
    }

    private static bool TryTakeRecord(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> record, out int length)
    {
        record = default;
        length = 0;
        if (bytes.Length < sizeof(int))
            return false;
        var recordLength = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (recordLength < 0 || recordLength > bytes.Length - sizeof(int))
            return false;
        record = bytes.Slice(sizeof(int), recordLength);
        length = sizeof(int) + recordLength;
        return true;
    }

    private static byte[] Record(byte[] message)
    {
        var record = new byte[sizeof(int) + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(record, message.Length);
        message.CopyTo(record, sizeof(int));
        return record;
    }
}
