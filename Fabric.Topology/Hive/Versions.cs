using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Topology.Hive;

/// <summary>Tells the versions that an entry has left its devices at.</summary>
internal static class Versions
{
    /// <summary>Each device that the entry is about, once, in the order of its events.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="after">The description at the entry's position.</param>
    internal static ImmutableArray<DeviceVersion> Of(JournalEntry entry, TopologySnapshot after) =>
        [
            .. entry
                .Events.Select(happened => happened.Subject)
                .Distinct()
                .Select(device => new DeviceVersion(device, after.Find(device)?.Version ?? 0)),
        ];
}
