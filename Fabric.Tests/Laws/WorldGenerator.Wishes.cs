using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Laws;

/// <content>For worlds whose network is kept elsewhere: what is wished for, of a network as it is there.</content>
internal sealed partial class WorldGenerator
{
    /// <param name="random">Draws everything.</param>
    /// <param name="hasConnections">Rules may ask about connections, and packets may answer others.</param>
    public WorldGenerator(Random random, bool hasConnections = false)
    {
        _random = random;
        HasConnections = hasConnections;
        _rules = new RuleGenerator(random, this) { AsksConnections = hasConnections };
    }

    /// <summary>Rules may ask about connections, and packets may answer others.</summary>
    public bool HasConnections { get; }

    /// <summary>Is told of every command, granted or not.</summary>
    public event Action<TopologyCommand>? Wished;

    /// <summary>Goes on from another network.</summary>
    public void GoOnFrom(TopologySnapshot topology) => Topology = topology;
}
