using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Changes;

/// <summary>Tells which dependencies of flows a change touches. docs/invalidation.md is its specification.</summary>
public static class ChangeImpact
{
    /// <summary>Adds the tags that an event touches.</summary>
    /// <param name="before">The description before the event.</param>
    /// <param name="happened">The event.</param>
    /// <param name="after">The description after it.</param>
    /// <param name="tags">Where the tags go; repeats are allowed.</param>
    public static void Of(TopologySnapshot before, TopologyEvent happened, TopologySnapshot after, ICollection<FlowTag> tags) { }

    /// <summary>Adds the tags that any difference between two descriptions touches: after a gap in the feed.</summary>
    public static void Between(TopologySnapshot before, TopologySnapshot after, ICollection<FlowTag> tags) { }

    /// <summary>Adds the tags that a change of learned facts touches.</summary>
    public static void OfLearned(LearnedSnapshot before, LearnedSnapshot after, ICollection<FlowTag> tags) { }
}
