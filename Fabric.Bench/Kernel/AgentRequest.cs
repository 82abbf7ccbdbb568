namespace Fabric.Bench.Kernel;

/// <summary>What an agent's process is asked for; one word a line.</summary>
internal enum AgentRequest
{
    /// <summary>The router goes down and comes up, so that every flow through it is deleted.</summary>
    ForgetFlows,

    /// <summary>A rule more at the port of one guest.</summary>
    EditRule,

    /// <summary>The same at the port of a guest that no flow comes in by.</summary>
    EditQuietRule,

    /// <summary>The router translates sources, and does nothing else to connections.</summary>
    Translate,

    /// <summary>The router balances, and does nothing else to connections.</summary>
    Balance,

    /// <summary>The router routes, and no more.</summary>
    Route,

    /// <summary>How it is.</summary>
    Report,
}
