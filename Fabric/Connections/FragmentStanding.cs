namespace Fabric.Connections;

/// <summary>What is known of the packet that a fragment is of.</summary>
public enum FragmentStanding : byte
{
    /// <summary>Nothing, and nothing will be: it did not come in time, or nobody keeps such things.</summary>
    Lost,

    /// <summary>Nothing yet: a later fragment may wait for it.</summary>
    Awaited,

    /// <summary>What its first fragment told.</summary>
    Known,
}
