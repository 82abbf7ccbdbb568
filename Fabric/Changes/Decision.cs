using System.Collections.Immutable;

namespace Fabric.Changes;

/// <summary>The answer to a command: events, or a refusal.</summary>
/// <param name="Events">What happens, in order; empty when nothing needs to.</param>
/// <param name="Rejection">Why nothing happens, or null.</param>
public readonly record struct Decision(ImmutableArray<TopologyEvent> Events, Rejection? Rejection)
{
    /// <summary>The command is granted.</summary>
    public bool IsAccepted => Rejection is null;

    /// <summary>Grants a command.</summary>
    public static Decision Accept(params ImmutableArray<TopologyEvent> events) => new(events, null);

    /// <summary>Refuses a command.</summary>
    public static Decision Refuse(Rejection rejection) => new([], rejection);
}
