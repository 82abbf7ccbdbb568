namespace Fabric.Bench.Hive;

/// <summary>How much is done in a round.</summary>
/// <param name="Ports">Ports of the large network.</param>
/// <param name="FewerPorts">Ports of the network beside it, which tells whether a cost is flat.</param>
/// <param name="Changes">Changes of each kind, one after the other.</param>
/// <param name="Writing">How long commands are counted.</param>
/// <param name="Members">Members of the large address set.</param>
/// <param name="Nodes">Nodes behind relays.</param>
/// <param name="NodePorts">Ports of all of them together.</param>
internal sealed record HiveEffort(int Ports, int FewerPorts, int Changes, TimeSpan Writing, int Members, int Nodes, int NodePorts)
{
    public static HiveEffort Full { get; } =
        new(
            Ports: 100_000,
            FewerPorts: 25_000,
            Changes: 200,
            Writing: TimeSpan.FromSeconds(3),
            Members: 10_000,
            Nodes: 3_000,
            NodePorts: 30_000
        );

    public static HiveEffort Quick { get; } =
        new(Ports: 4_000, FewerPorts: 1_000, Changes: 20, Writing: TimeSpan.FromSeconds(0.3), Members: 1_000, Nodes: 300, NodePorts: 3_000);
}
