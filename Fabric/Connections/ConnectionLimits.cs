namespace Fabric.Connections;

/// <summary>How many connections are remembered.</summary>
/// <param name="All">In one table.</param>
/// <param name="PerPort">Of these, begun by packets that came in by one port.</param>
public readonly record struct ConnectionLimits(int All, int PerPort)
{
    /// <summary>A million, half of which one port may have.</summary>
    public static ConnectionLimits Usual { get; } = new(1_000_000, 500_000);

    /// <summary>The share of one of several tables.</summary>
    public ConnectionLimits DividedBy(int tables) => new(Math.Max(1, All / tables), Math.Max(1, PerPort / tables));
}
