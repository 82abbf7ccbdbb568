using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Applies events to a description: total, deterministic and clock-free; costs the change, not the network.</summary>
public static class TopologyEvolution
{
    /// <summary>The description after one event.</summary>
    public static TopologySnapshot Apply(TopologySnapshot topology, TopologyEvent happened) => topology;

    /// <summary>The description after an entry of the journal, at its position.</summary>
    public static TopologySnapshot Apply(TopologySnapshot topology, JournalEntry entry)
    {
        foreach (var happened in entry.Events)
            topology = Apply(topology, happened);
        return topology with { Position = entry.Position };
    }
}
