using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>Gets the network as it was at a position.</summary>
internal sealed class PastPath(AgentHost agent)
{
    /// <summary>The network and what is known of it; of the past nothing is known but what is described.</summary>
    /// <param name="position">The position; null for now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The journal has not reached the position.</exception>
    /// <exception cref="Fabric.Topology.Journal.JournalException">The past cannot be read now.</exception>
    public async Task<(TopologySnapshot Topology, LearnedSnapshot Learned)> FindAsync(long? position, CancellationToken cancellation)
    {
        var now = agent.View.Topology;
        return position is null ? (now, agent.View.Learned)
            : now.Position == position ? (now, LearnedSnapshot.Empty)
            : (await agent.Hive.ReadPastAsync(position.Value, cancellation), LearnedSnapshot.Empty);
    }
}
