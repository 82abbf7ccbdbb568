namespace Fabric.Agent.Cli.Client;

/// <summary>What a command waits for.</summary>
public enum WaitLevel
{
    /// <summary>The change is in the journal and in force nowhere for certain.</summary>
    Stored,

    /// <summary>The agents of the hosts that it concerns know it.</summary>
    Agents,

    /// <summary>The packets of these hosts are decided by it, and no flow of before is left.</summary>
    Dataplane,
}
