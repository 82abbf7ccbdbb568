using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Actors;

namespace Fabric.Topology.Entities;

/// <summary>A router and its routes.</summary>
internal sealed class RouterActor(DeviceRef device, ActorRuntime runtime, ChangePath path, Action<DeviceActor> ended)
    : DeviceActor(device, runtime, path, ended)
{
    /// <summary>The router that a command is about, or null when it is about something else.</summary>
    internal static DeviceRef? SubjectOf(TopologyCommand command) =>
        command switch
        {
            TopologyCommand.PutDevice { Device: Router router } => router.Ref,
            TopologyCommand.DeleteDevice { Device: { Kind: DeviceKind.Router } router } => router,
            TopologyCommand.PutRoute put => put.Router,
            TopologyCommand.DeleteRoute delete => delete.Router,
            TopologyCommand.LeasePorts lease => lease.Router,
            TopologyCommand.ReturnPorts giving => giving.Router,
            _ => null,
        };
}
