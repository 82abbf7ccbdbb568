namespace Fabric.Agent.Datapaths;

/// <summary>How far a round of reading all flows has come.</summary>
public enum RoundProgress
{
    /// <summary>There is more to read.</summary>
    GoesOn,

    /// <summary>That was all.</summary>
    Ended,

    /// <summary>The datapath did not tell all: nothing follows from what was not read.</summary>
    Broken,
}
