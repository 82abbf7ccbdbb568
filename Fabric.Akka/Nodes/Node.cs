using Akka.Actor;
using Fabric.Devices;

namespace Fabric.Akka.Nodes;

/// <summary>An actor system that has joined the cluster.</summary>
/// <param name="System">The actor system.</param>
/// <param name="Region">The way to the actors of a kind of device.</param>
internal sealed record Node(ActorSystem System, Func<DeviceKind, IActorRef> Region);
