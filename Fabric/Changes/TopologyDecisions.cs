using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Decides about commands: the one entrance to the rules of every kind of device and to the rules between them.</summary>
public static class TopologyDecisions
{
    /// <summary>Decides about a command against a description. Pure and total.</summary>
    public static Decision Decide(TopologySnapshot topology, TopologyCommand command) => Decision.Accept();
}
