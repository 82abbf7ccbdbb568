using Fabric.Bench.Results;

namespace Fabric.Bench.Datapath;

/// <summary>What is measured of each system.</summary>
/// <param name="Name">In words.</param>
/// <param name="Unit">Of its values.</param>
/// <param name="Goals">What the ratio to a peer should be, by the peer's name.</param>
internal sealed record Metric(string Name, string Unit, IReadOnlyDictionary<string, Goal> Goals)
{
    private const string Plain = "OVS netdev, offloads off";
    private const string Segmenting = "OVS netdev, userspace TSO";

    public static Metric Tcp { get; } = new("TCP, one connection", "Gbit/s", Beside(Goal.RatioAtLeast(8), Goal.RatioAtLeast(1.2)));

    public static Metric OneFlow { get; } = new("delivered under overload, 1 flow", "frames/s", Beside(Goal.RatioAtLeast(1.3)));

    public static Metric ManyFlows { get; } = new("delivered under overload, 4 096 flows", "frames/s", Beside(Goal.RatioAtLeast(1.3)));

    public static Metric Ping { get; } = new("ping, mean round trip", "ms", Beside(Goal.RatioAtMost(1)));

    /// <summary>Not a result: tells whether the overload was one.</summary>
    public static Metric Offered { get; } = new("offered in that overload, 1 flow", "frames/s", new Dictionary<string, Goal>());

    private static Dictionary<string, Goal> Beside(Goal plain, Goal? segmenting = null) =>
        new() { [Plain] = plain, [Segmenting] = segmenting ?? plain };
}
