namespace Fabric.Agent.Cli.Undoing;

/// <summary>What somebody who tries a change says about it.</summary>
internal enum Confirmation
{
    /// <summary>It may stay.</summary>
    Kept,

    /// <summary>It may not.</summary>
    Refused,

    /// <summary>Nothing, in the time there was.</summary>
    Late,

    /// <summary>Nothing, and nobody is there to say it.</summary>
    Gone,
}
