namespace Fabric.Bench.Datapath;

/// <summary>How long one system's turn takes.</summary>
/// <param name="TcpSeconds">Seconds of TCP.</param>
/// <param name="Overload">How long frames are counted, for each number of flows.</param>
/// <param name="Pings">Round trips.</param>
internal sealed record DatapathEffort(int TcpSeconds, TimeSpan Overload, int Pings)
{
    public static DatapathEffort Full { get; } = new(TcpSeconds: 3, TimeSpan.FromSeconds(1.5), Pings: 200);

    public static DatapathEffort Quick { get; } = new(TcpSeconds: 1, TimeSpan.FromSeconds(0.3), Pings: 20);
}
