namespace Fabric.Akka.Protocol;

/// <summary>Asks a node which actors of devices it has; answered with <see cref="ActorsListed"/>.</summary>
internal sealed record ListActors;
