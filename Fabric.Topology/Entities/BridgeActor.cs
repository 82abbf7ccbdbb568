using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Actors;

namespace Fabric.Topology.Entities;

/// <summary>A bridge.</summary>
internal sealed class BridgeActor(DeviceRef device, ActorRuntime runtime, ChangePath path, Action<DeviceActor> ended)
    : DeviceActor(device, runtime, path, ended)
{
    /// <summary>The bridge that a command is about, or null when it is about something else.</summary>
    internal static DeviceRef? SubjectOf(TopologyCommand command) =>
        command switch
        {
            TopologyCommand.PutDevice { Device: Bridge bridge } => bridge.Ref,
            TopologyCommand.DeleteDevice { Device: { Kind: DeviceKind.Bridge } bridge } => bridge,
            _ => null,
        };
}
