namespace Fabric.Akka.Protocol;

/// <summary>Asks a node who its agent is; answered with <see cref="LeaseTold"/>, or not at all by one that is no agent.</summary>
internal sealed record AskLease;
