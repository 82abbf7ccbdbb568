using System.Numerics;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>Goes through ports outside that may be free, 64 at a time.</summary>
public static class PortSearch
{
    private const int WordBits = 64;
    private const ulong EvenPorts = 0x5555_5555_5555_5555;
    private const int RunsInWord = WordBits / PortShare.RunLength;

    /// <summary>The first port of a share, from one on, that has no mapping and is odd or even as that one is (RFC 4787, REQ-4); -1 if there is none.</summary>
    /// <param name="mapped">Those that have one, a bit each; empty for none.</param>
    /// <param name="share">Whose ports are asked for.</param>
    /// <param name="from">The first port.</param>
    /// <param name="last">The last port, 65 535 at most.</param>
    public static int Next(ReadOnlySpan<ulong> mapped, PortShare share, int from, int last)
    {
        var wanted = (from & 1) == 0 ? EvenPorts : ~EvenPorts;
        var notBefore = ulong.MaxValue << from % WordBits;
        for (var word = from / WordBits; word <= last / WordBits; word++, notBefore = ulong.MaxValue)
        {
            var free = wanted & notBefore & (mapped.IsEmpty ? ulong.MaxValue : ~mapped[word]);
            if (free != 0 && share.Parts > 1)
                free &= RunsOf(share, word);
            if (free == 0)
                continue;
            var port = word * WordBits + BitOperations.TrailingZeroCount(free);
            return port <= last ? port : -1;
        }
        return -1;
    }

    /// <summary>Goes to a place, counted through ranges; false if there are fewer.</summary>
    public static bool TryGo(ReadOnlySpan<PortRange> ranges, int place, out (int Range, int Port) at)
    {
        at = default;
        for (; at.Range < ranges.Length; at.Range++)
        {
            var range = ranges[at.Range];
            if (place <= range.Last - range.First)
            {
                at.Port = range.First + place;
                return true;
            }
            place -= range.Last - range.First + 1;
        }
        return false;
    }

    // As PortShare.Contains says of each port.
    private static ulong RunsOf(PortShare share, int word)
    {
        var runs = 0UL;
        var before = word * RunsInWord % share.Parts;
        for (var run = (share.Part - before + share.Parts) % share.Parts; run < RunsInWord; run += share.Parts)
            runs |= 0xffUL << run * PortShare.RunLength;
        return runs;
    }
}
