namespace Fabric.Bench.Kernel;

/// <summary>How long one program's turn in a guest takes.</summary>
/// <param name="Warmup">New flows flat out, before anything is measured.</param>
/// <param name="FlatOut">How long flows are counted when they come as fast as they can.</param>
/// <param name="FlatOutTimes">How often.</param>
/// <param name="Offered">How long they are counted at each rate.</param>
/// <param name="RoundTrips">Questions of new flows, and as many of one that stands.</param>
/// <param name="Pings">Round trips of ping.</param>
/// <param name="TcpSeconds">Seconds of TCP.</param>
/// <param name="Fairness">How long flows are set up beside a neighbor, quiet and flooding.</param>
/// <param name="Usage">How long the processor time is watched, of the idle and of the lightly loaded.</param>
/// <param name="Sweeps">How long it is watched with very many flows; zero: not at all.</param>
internal sealed record KernelEffort(
    TimeSpan Warmup,
    TimeSpan FlatOut,
    int FlatOutTimes,
    TimeSpan Offered,
    int RoundTrips,
    int Pings,
    int TcpSeconds,
    TimeSpan Fairness,
    TimeSpan Usage,
    TimeSpan Sweeps
)
{
    public static KernelEffort Full { get; } =
        new(
            Warmup: TimeSpan.FromSeconds(2),
            FlatOut: TimeSpan.FromSeconds(2),
            FlatOutTimes: 1,
            Offered: TimeSpan.FromSeconds(1.5),
            RoundTrips: 1000,
            Pings: 200,
            TcpSeconds: 2,
            Fairness: TimeSpan.FromSeconds(2),
            Usage: TimeSpan.FromSeconds(4),
            Sweeps: TimeSpan.FromSeconds(10)
        );

    public static KernelEffort Quick { get; } =
        new(
            Warmup: TimeSpan.FromSeconds(0.5),
            FlatOut: TimeSpan.FromSeconds(0.5),
            FlatOutTimes: 1,
            Offered: TimeSpan.FromSeconds(0.5),
            RoundTrips: 200,
            Pings: 20,
            TcpSeconds: 1,
            Fairness: TimeSpan.FromSeconds(0.5),
            Usage: TimeSpan.FromSeconds(0.5),
            Sweeps: TimeSpan.Zero
        );
}
