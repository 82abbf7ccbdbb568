namespace Fabric.Agent.Cli.Capturing;

/// <summary>What is known of a captured packet beside its bytes.</summary>
/// <param name="Interface">The place of the port among those that are captured.</param>
/// <param name="Time">When it was read.</param>
/// <param name="IsInbound">It came from the port's station; else it went there.</param>
/// <param name="Comment">What the network does with it, and why; may be empty.</param>
internal readonly record struct CapturedPacket(int Interface, DateTimeOffset Time, bool IsInbound, string Comment);
