using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Topology.Learned;

/// <summary>All learned facts of a node, and the snapshot that they amount to.</summary>
/// <remarks>One caller at a time. Time is an argument.</remarks>
internal sealed class LearnedTables(HostId self)
{
    private readonly FactTable<MacKey, PortId> _stations = new();
    private readonly FactTable<NeighborKey, MacAddress?> _neighbors = new();
    private readonly FactTable<PortId, bool> _interfaces = new();

    /// <summary>The snapshot after the latest change.</summary>
    internal LearnedSnapshot Snapshot { get; private set; } = LearnedSnapshot.Empty;

    /// <summary>Takes a fact that this host has learned.</summary>
    /// <returns>The fact to tell others, or null when it is only a renewal.</returns>
    internal StampedFact? Learn(LearnedFact fact, TimeSpan lifetime, DateTimeOffset now)
    {
        var version = fact switch
        {
            LearnedFact.Station s => Renewed(_stations, s.Key, s.Port, now + lifetime),
            LearnedFact.Neighbor n => Renewed(_neighbors, n.Key, n.Mac, now + lifetime),
            LearnedFact.Interface i => Renewed(_interfaces, i.Port, i.IsUp, now + lifetime),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (version is not { } next)
            return null;
        var stamped = new StampedFact(fact, self, next, lifetime);
        Merge(stamped, now);
        return stamped;
    }

    /// <summary>Takes a fact with its version.</summary>
    internal void Merge(StampedFact stamped, DateTimeOffset now)
    {
        var (owner, version, end) = (stamped.Owner, stamped.Version, now + stamped.Lifetime);
        switch (stamped.Fact)
        {
            case LearnedFact.Station s when _stations.TryPut(s.Key, s.Port, owner, version, end):
                Snapshot = Snapshot with { Macs = Snapshot.Macs.SetItem(s.Key, s.Port) };
                break;
            case LearnedFact.Neighbor n when _neighbors.TryPut(n.Key, n.Mac, owner, version, end):
                Show(n.Key, n.Mac);
                break;
            case LearnedFact.Interface i when _interfaces.TryPut(i.Port, i.IsUp, owner, version, end):
                Snapshot = Snapshot with { DownPorts = i.IsUp ? Snapshot.DownPorts.Remove(i.Port) : Snapshot.DownPorts.Add(i.Port) };
                break;
        }
    }

    /// <summary>Forgets what has come to its end.</summary>
    internal void Expire(DateTimeOffset now)
    {
        _stations.Expire(now, key => Snapshot = Snapshot with { Macs = Snapshot.Macs.Remove(key) });
        _neighbors.Expire(
            now,
            key =>
                Snapshot = Snapshot with
                {
                    Neighbors = Snapshot.Neighbors.Remove(key),
                    FailedNeighbors = Snapshot.FailedNeighbors.Remove(key),
                }
        );
        // A port whose host no longer says that it is down counts as up; that the host itself is gone is another fact.
        _interfaces.Expire(now, key => Snapshot = Snapshot with { DownPorts = Snapshot.DownPorts.Remove(key) });
    }

    private void Show(NeighborKey key, MacAddress? mac) =>
        Snapshot = mac is { } known
            ? Snapshot with
            {
                Neighbors = Snapshot.Neighbors.SetItem(key, known),
                FailedNeighbors = Snapshot.FailedNeighbors.Remove(key),
            }
            : Snapshot with
            {
                Neighbors = Snapshot.Neighbors.Remove(key),
                FailedNeighbors = Snapshot.FailedNeighbors.Add(key),
            };

    private long? Renewed<TKey, TValue>(FactTable<TKey, TValue> table, TKey key, TValue value, DateTimeOffset end)
        where TKey : notnull
    {
        if (!table.Holds(key, value, self))
            return table.NextVersion(key);
        table.Renew(key, end);
        return null;
    }
}
