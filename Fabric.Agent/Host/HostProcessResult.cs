namespace Fabric.Agent.Host;

/// <summary>How a process ended and what it wrote.</summary>
/// <param name="ExitCode">128 + signal if a signal ended it.</param>
/// <param name="Output">Standard output, whole.</param>
/// <param name="Error">Standard error, whole.</param>
public sealed record HostProcessResult(int ExitCode, string Output, string Error);
