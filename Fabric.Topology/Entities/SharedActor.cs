using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Actors;

namespace Fabric.Topology.Entities;

/// <summary>What several devices share: an address set, a port group, a host.</summary>
internal sealed class SharedActor(DeviceRef device, ActorRuntime runtime, ChangePath path, Action<DeviceActor> ended)
    : DeviceActor(device, runtime, path, ended)
{
    /// <summary>The shared thing that a command is about, or null when it is about something else.</summary>
    internal static DeviceRef? SubjectOf(TopologyCommand command) =>
        command switch
        {
            TopologyCommand.PutDevice put => put.Device.Ref,
            TopologyCommand.DeleteDevice delete => delete.Device,
            TopologyCommand.ChangeAddressSet change => change.Set,
            TopologyCommand.KeyHost key => key.Host,
            _ => null,
        };
}
