using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Agent.Api;

/// <summary>Gets the network as it was at a position; the last few that were asked for are at hand.</summary>
/// <remarks>Any thread. Who drags a slider asks for the same positions again and again.</remarks>
internal sealed class PastPath(AgentHost agent)
{
    private const int MaxKept = 4;

    private TopologySnapshot[] _kept = [];

    /// <summary>The network and what is known of it; of the past nothing is known but what is described.</summary>
    /// <param name="position">The position; null for now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The journal has not reached the position.</exception>
    /// <exception cref="Fabric.Topology.Journal.JournalException">The past cannot be read now.</exception>
    public async Task<(TopologySnapshot Topology, LearnedSnapshot Learned)> FindAsync(long? position, CancellationToken cancellation)
    {
        if (position is not { } wanted)
            return (agent.View.Topology, agent.View.Learned);
        var kept = _kept.FirstOrDefault(topology => topology.Position == wanted);
        if (kept is null)
        {
            kept = await ReadAsync(agent.Hive, wanted, cancellation);
            _kept = [kept, .. _kept.Take(MaxKept - 1)];
        }
        return (kept, LearnedSnapshot.Empty);
    }

    private static async Task<TopologySnapshot> ReadAsync(IHive hive, long position, CancellationToken cancellation) =>
        hive.Replica.Topology is { } now && now.Position == position ? now : await hive.ReadPastAsync(position, cancellation);
}
