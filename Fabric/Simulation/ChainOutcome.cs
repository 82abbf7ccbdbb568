namespace Fabric.Simulation;

/// <summary>How a run through the rules of one chain ended.</summary>
internal enum ChainOutcome : byte
{
    /// <summary>At its end or by return: whoever jumped here goes on, and the outermost chain lets the packet pass.</summary>
    Left,

    /// <summary>A rule accepted; the traversal is over.</summary>
    Accepted,

    /// <summary>A rule dropped or rejected; the traversal is over.</summary>
    Dropped,
}
