namespace Fabric.Agent.Alarms;

/// <summary>What becomes of an agent's alarms.</summary>
public sealed record AlarmOptions
{
    /// <summary>Who is told of those that begin and end; null for nobody.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>A folder of the agent's own where they are kept for the next agent; null keeps none.</summary>
    public string? Folder { get; init; }

    /// <summary>Is told, in one sentence, what could not be told or kept.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}
