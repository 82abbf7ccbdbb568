namespace Fabric.Agent.Cli.Health;

/// <summary>How a check came out, the gravest last.</summary>
public enum CheckResult
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Could not be looked at.</summary>
    Skipped,

    /// <summary>Works, but not as well as it could, or not for everything.</summary>
    Warning,

    /// <summary>Something does not work because of it.</summary>
    Failed,
}
