using System.Collections.Immutable;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>What applying a description to a network would do.</summary>
/// <param name="Before">The network.</param>
/// <param name="After">The network afterwards.</param>
/// <param name="Command">The one command that does it.</param>
/// <param name="Events">What happens; empty when everything is as described.</param>
public sealed record DescriptionChange(
    TopologySnapshot Before,
    TopologySnapshot After,
    TopologyCommand Command,
    ImmutableArray<TopologyEvent> Events
)
{
    /// <summary>Finds out.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="described">The description; devices that exist are found by kind and name.</param>
    /// <param name="isPruning">What is not described is deleted.</param>
    /// <exception cref="FabricException">The description has problems, or the rules of the network refuse it.</exception>
    public static DescriptionChange Of(TopologySnapshot topology, DescribedNetwork described, bool isPruning)
    {
        if (!described.Problems.IsEmpty)
            throw new FabricException(described.Problems);
        var command = TopologyDiff.Commands(topology, TopologyAssembly.Of(topology.Position, described.Devices), isPruning);
        var decision = TopologyDecisions.Decide(topology, command, out var after);
        if (decision.Rejection is { } rejection)
            throw new FabricException([RefusalErrors.ProblemOf(rejection, described.Places)]);
        return new DescriptionChange(topology, after, command, decision.Events);
    }
}
