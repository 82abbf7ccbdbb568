using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Whether a program that was started listens by now: who connects before is refused.</summary>
internal static class ListeningPort
{
    /// <summary>Where iperf3 listens.</summary>
    public const int Iperf = 5201;

    /// <summary>Whether something listens at a TCP port of a network namespace, by IPv4 or IPv6.</summary>
    public static bool Exists(string space, int port) =>
        NetworkNamespace.Run(
            space,
            () =>
                new[] { "tcp", "tcp6" }
                    .SelectMany(kind => File.ReadLines($"/proc/thread-self/net/{kind}"))
                    .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    // State 0A is TCP_LISTEN (proc(5), /proc/net/tcp).
                    .Any(words => words[3] == "0A" && words[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
        );
}
