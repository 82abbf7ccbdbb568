using Fabric.Agent.Cli.Client;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Agent.Api;

/// <summary>Finds out who changed a device last.</summary>
public static class LastChangePath
{
    /// <summary>How far back the journal is read: what somebody has just met is recent.</summary>
    public const int MaxEntries = 4096;

    private const int PageEntries = 256;

    /// <summary>The last change of a device; null if it is further back than <see cref="MaxEntries"/>, or cannot be read.</summary>
    public static async Task<ChangeRecord?> FindAsync(IHive hive, DeviceRef device, CancellationToken cancellation)
    {
        var last = hive.Replica.Topology.Position;
        var oldest = Math.Max(1, last - MaxEntries + 1);
        try
        {
            for (; last >= oldest; last -= PageEntries)
            {
                if (await FindAsync(hive, device, Math.Max(oldest, last - PageEntries + 1), last, cancellation) is { } found)
                    return found;
            }
        }
        catch (JournalException)
        {
            // The answer is as good without.
        }
        return null;
    }

    private static async Task<ChangeRecord?> FindAsync(IHive hive, DeviceRef device, long first, long last, CancellationToken cancellation)
    {
        ChangeRecord? found = null;
        await foreach (var entry in hive.ReadHistoryAsync(first, last, cancellation))
        {
            if (
                entry.Events.Any(happened =>
                    happened.Subject == device && happened is not (TopologyEvent.PortsLeased or TopologyEvent.PortsReturned)
                )
            )
                found = new ChangeRecord(entry.Position, entry.Time, entry.Author, entry.Reason);
        }
        return found;
    }
}
