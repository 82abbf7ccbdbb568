namespace Fabric.Changes;

/// <summary>How large a single wish may be.</summary>
public static class ChangeLimits
{
    /// <summary>Commands of one batch.</summary>
    public const int MaxBatchCommands = 1_000_000;

    /// <summary>Rules of one chain.</summary>
    public const int MaxRules = 65_536;

    /// <summary>Addresses that a host asks ports of at once.</summary>
    public const int MaxPortWishes = 4_096;

    /// <summary>Addresses of one port.</summary>
    public const int MaxPortAddresses = 1_024;
}
