namespace Fabric.Agent.Cli.Health;

/// <summary>What a check found.</summary>
/// <param name="Check">The check.</param>
/// <param name="Result">How it came out.</param>
/// <param name="Found">What was found, in a few words.</param>
internal sealed record CheckOutcome(Check Check, CheckResult Result, string Found);
