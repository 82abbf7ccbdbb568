namespace Fabric.Bench.Kernel;

/// <summary>What an agent's process tells; one JSON object a line.</summary>
/// <param name="Flows">Flows in its table.</param>
/// <param name="HeapBytes">What its garbage collector holds.</param>
/// <param name="Installed">Flows put into the datapath so far.</param>
/// <param name="Revalidated">Flows decided again because something that they depend on changed.</param>
/// <param name="Expired">Flows deleted because they were idle.</param>
/// <param name="Surprises">Flows that came out otherwise although nothing that they depend on changed.</param>
/// <param name="Milliseconds">What was asked for took so long.</param>
/// <param name="DurableMilliseconds">Of that, until the last command was in the journal.</param>
internal sealed record AgentAnswer(
    int Flows,
    long HeapBytes,
    long Installed,
    long Revalidated,
    long Expired,
    long Surprises,
    double Milliseconds,
    double DurableMilliseconds
);
