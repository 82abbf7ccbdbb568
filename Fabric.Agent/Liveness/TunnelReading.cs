using Fabric.Bindings;
using Fabric.Devices;

namespace Fabric.Agent.Liveness;

/// <summary>How the way to a host was when somebody asked, for status.</summary>
/// <param name="Host">The other host.</param>
/// <param name="State">How it is.</param>
/// <param name="For">Since how long.</param>
/// <param name="RoundTrip">Smoothed; zero if nothing came back so far.</param>
/// <param name="MaxRoundTrip">The longest so far.</param>
/// <param name="Lost">Echoes that did not come back, of the last ones.</param>
/// <param name="Of">How many those are, 100 at most.</param>
public readonly record struct TunnelReading(
    HostId Host,
    TunnelState State,
    TimeSpan For,
    TimeSpan RoundTrip,
    TimeSpan MaxRoundTrip,
    int Lost,
    int Of
);
