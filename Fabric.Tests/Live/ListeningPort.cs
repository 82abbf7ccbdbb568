using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Whether a program that was started listens by now: who connects before is refused.</summary>
internal static class ListeningPort
{
    /// <summary>Where iperf3 listens.</summary>
    public const int Iperf = 5201;

    /// <summary>Whether something listens at a TCP port of a network namespace, by IPv4 or IPv6.</summary>
    public static bool Exists(string space, int port) => Count(space, port, "0A") > 0;

    /// <summary>How many connections there are at a TCP port of a network namespace.</summary>
    public static int Connections(string space, int port) => Count(space, port, "01");

    private static int Count(string space, int port, string state) =>
        NetworkNamespace.Run(
            space,
            () =>
                new[] { "tcp", "tcp6" }
                    .SelectMany(kind => File.ReadLines($"/proc/thread-self/net/{kind}"))
                    .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    // State 0A is TCP_LISTEN, 01 TCP_ESTABLISHED (proc(5), /proc/net/tcp).
                    .Count(words => words[3] == state && words[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
        );
}
