using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Akka.Protocol;

/// <summary>A command on its way to the actor of its device, wherever that lives; answered with a <see cref="Topology.Journal.StoreOutcome"/>.</summary>
internal sealed record DeviceCommand(DeviceRef Device, CommandEnvelope Envelope);
