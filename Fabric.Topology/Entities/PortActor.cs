using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Actors;

namespace Fabric.Topology.Entities;

/// <summary>A port: its own look, its link and its binding.</summary>
internal sealed class PortActor(DeviceRef device, ActorRuntime runtime, ChangePath path, Action<DeviceActor> ended)
    : DeviceActor(device, runtime, path, ended)
{
    /// <summary>The port that a command is about, or null when it is about something else.</summary>
    internal static DeviceRef? SubjectOf(TopologyCommand command) =>
        command switch
        {
            TopologyCommand.PutDevice { Device: Port port } => port.Ref,
            TopologyCommand.DeleteDevice { Device: { Kind: DeviceKind.Port } port } => port,
            TopologyCommand.LinkPorts link => link.First,
            TopologyCommand.UnlinkPort unlink => unlink.Port,
            TopologyCommand.BindPort bind => bind.Port,
            _ => null,
        };
}
