using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>Entries for tests of journals.</summary>
internal static class Entries
{
    /// <summary>Entries that follow a head, each about a bridge of its position's number.</summary>
    public static List<StoredEntry> After(JournalHead head, int count, string reason = "")
    {
        var entries = new List<StoredEntry>();
        for (var i = 0; i < count; i++)
        {
            var position = head.Position + 1;
            var bridge = new Bridge { Id = new BridgeId((ulong)position), Name = new DeviceName("t", $"bridge{position}") };
            var time = DateTimeOffset.UnixEpoch.AddSeconds(position);
            var entry = new JournalEntry(position, time, "ana", reason, Wishes.NewRequest(), [new TopologyEvent.DeviceCreated(bridge)]);
            entries.Add(StoredEntry.After(head, entry));
            head = entries[^1].Head;
        }
        return entries;
    }

    /// <summary>Appends entries at the head.</summary>
    public static async Task<List<StoredEntry>> AppendAsync(IJournal journal, int count, string reason = "")
    {
        await using var session = await journal.LockHeadAsync(CancellationToken.None);
        var entries = After(session.Head, count, reason);
        await session.CommitAsync([.. entries]);
        return entries;
    }
}
