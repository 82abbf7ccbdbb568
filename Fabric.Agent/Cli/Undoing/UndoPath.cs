using System.Collections.Immutable;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Undoing;

/// <summary>Undoes a change of the journal.</summary>
internal static class UndoPath
{
    /// <summary>What undoes it, against the network as it is now.</summary>
    /// <exception cref="FabricException">There is no such change, or it cannot be undone any more.</exception>
    public static async Task<DescriptionChange> PlanAsync(IAgentClient agent, long position, CancellationToken cancellation)
    {
        var now = await agent.TopologyAsync(cancellation);
        if (position < 1 || position > now.Position)
            throw new FabricException(UndoErrors.NoSuchChange, $"there is no change {position}: the journal is at position {now.Position}");
        var before = await agent.TopologyAtAsync(position - 1, cancellation);
        var after = await agent.TopologyAtAsync(position, cancellation);
        return UndoPlan.Of(before, after, now);
    }

    /// <summary>Does it.</summary>
    public static Task<SubmitAnswer> RunAsync(
        IAgentClient agent,
        DescriptionChange change,
        long position,
        string reason,
        CancellationToken cancellation
    ) =>
        SubmissionPath.RunAsync(
            agent,
            change,
            ImmutableDictionary<DeviceRef, SourcePosition>.Empty,
            reason.Length > 0 ? reason : $"undo {position}",
            cancellation
        );
}
