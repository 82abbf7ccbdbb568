using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Actors;

namespace Fabric.Topology.Entities;

/// <summary>A chain and its rules.</summary>
internal sealed class ChainActor(DeviceRef device, ActorRuntime runtime, ChangePath path, Action<DeviceActor> ended)
    : DeviceActor(device, runtime, path, ended)
{
    /// <summary>The chain that a command is about, or null when it is about something else.</summary>
    internal static DeviceRef? SubjectOf(TopologyCommand command) =>
        command switch
        {
            TopologyCommand.PutDevice { Device: Chain chain } => chain.Ref,
            TopologyCommand.DeleteDevice { Device: { Kind: DeviceKind.Chain } chain } => chain,
            TopologyCommand.InsertRule insert => insert.Chain,
            TopologyCommand.ReplaceRule replace => replace.Chain,
            TopologyCommand.DeleteRule delete => delete.Chain,
            _ => null,
        };
}
