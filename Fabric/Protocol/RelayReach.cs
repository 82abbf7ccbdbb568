namespace Fabric.Protocol;

/// <summary>How far a node and all those that it feeds are, through however many others.</summary>
/// <param name="Nodes">How many they are, with the node itself.</param>
/// <param name="Position">The position that all of them know.</param>
/// <param name="InForce">The position that the packets of all of them are decided by.</param>
public readonly record struct RelayReach(int Nodes, long Position, long InForce)
{
    /// <summary>Both together.</summary>
    public RelayReach With(RelayReach other) =>
        new(Nodes + other.Nodes, Math.Min(Position, other.Position), Math.Min(InForce, other.InForce));
}
