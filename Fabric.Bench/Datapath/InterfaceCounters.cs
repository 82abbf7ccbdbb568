using System.Diagnostics;
using System.Globalization;

namespace Fabric.Bench.Datapath;

/// <summary>What the kernel has counted at an interface of the calling thread's namespace.</summary>
internal static class InterfaceCounters
{
    // Not /proc/net, which shows the namespace of the process's first thread.
    private const string Table = "/proc/thread-self/net/dev";

    /// <summary>Frames received so far, and when that was read.</summary>
    public static (long Frames, long Timestamp) ReadReceived(string interfaceName)
    {
        var text = File.ReadAllText(Table);
        var now = Stopwatch.GetTimestamp();
        foreach (var line in text.Split('\n'))
        {
            // "  eth0: BYTES PACKETS ERRORS ..."
            var colon = line.IndexOf(':');
            if (colon < 0 || line[..colon].Trim() != interfaceName)
                continue;
            var counters = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (long.Parse(counters[1], CultureInfo.InvariantCulture), now);
        }
        throw new IOException($"no interface {interfaceName} in {Table}");
    }
}
