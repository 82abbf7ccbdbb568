namespace Fabric.Topology.Feed;

/// <summary>What became of a part of an entry.</summary>
internal enum PartOutcome
{
    /// <summary>It was the next.</summary>
    Taken,

    /// <summary>It was there before.</summary>
    Known,

    /// <summary>Another is missing before it.</summary>
    Gap,

    /// <summary>It cannot be read, or does not follow what there is: another past, or a newer program.</summary>
    Unusable,
}
