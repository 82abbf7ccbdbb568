namespace Fabric.Bench.Hive;

/// <summary>How much is done in a round.</summary>
internal sealed record HiveEffort
{
    public static HiveEffort Full { get; } = new();

    public static HiveEffort Quick { get; } =
        new()
        {
            Ports = 4_000,
            FewerPorts = 1_000,
            Changes = 20,
            Writing = TimeSpan.FromSeconds(0.3),
            Members = 1_000,
            Listeners = [1, 10],
            Agents = 3,
            Nodes = 300,
            NodePorts = 3_000,
        };

    /// <summary>Ports of the large network.</summary>
    public int Ports { get; private init; } = 100_000;

    /// <summary>Ports of the network beside it, which tells whether a cost is flat.</summary>
    public int FewerPorts { get; private init; } = 25_000;

    /// <summary>Changes of each kind, one after the other.</summary>
    public int Changes { get; private init; } = 200;

    /// <summary>How long commands are counted.</summary>
    public TimeSpan Writing { get; private init; } = TimeSpan.FromSeconds(3);

    /// <summary>Members of the large address set.</summary>
    public int Members { get; private init; } = 10_000;

    /// <summary>Numbers of nodes that follow a database.</summary>
    public IReadOnlyList<int> Listeners { get; private init; } = [1, 50, 200, 500];

    /// <summary>Agents that a change has to reach.</summary>
    public int Agents { get; private init; } = 10;

    /// <summary>Nodes behind relays.</summary>
    public int Nodes { get; private init; } = 3_000;

    /// <summary>Ports of all of them together.</summary>
    public int NodePorts { get; private init; } = 30_000;
}
