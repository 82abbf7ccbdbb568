using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Laws;

/// <content>For worlds whose network is kept elsewhere: what is wished for, of a network as it is there.</content>
internal sealed partial class WorldGenerator
{
    /// <summary>Is told of every command, granted or not.</summary>
    public event Action<TopologyCommand>? Wished;

    /// <summary>Goes on from another network.</summary>
    public void GoOnFrom(TopologySnapshot topology) => Topology = topology;
}
