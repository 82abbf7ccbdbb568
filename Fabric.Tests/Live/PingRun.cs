using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Live;

/// <summary>The ping program at 10 ms spacing, in a namespace, and which of its questions were never answered.</summary>
internal sealed partial class PingRun : IDisposable
{
    private static readonly TimeSpan s_shortestSpacing = TimeSpan.FromMilliseconds(10);

    // The program asks for 10 ms and waits in ticks of the kernel, of which the slowest have 100 a second.
    private static readonly TimeSpan s_longestSpacing = TimeSpan.FromMilliseconds(40);

    // Answers that the program did not wait for when it was told to end: those of its last moments.
    private const int UnderWay = 10;

    private readonly HostProcess _process;

    private PingRun(HostProcess process) => _process = process;

    /// <summary>Starts.</summary>
    /// <param name="namespaceName">Where.</param>
    /// <param name="to">Whom to ask.</param>
    /// <param name="count">How often.</param>
    public static PingRun Start(string namespaceName, string to, int count) =>
        new(
            HostProcess.Start(namespaceName, "ping", "-n", "-i", "0.01", "-c", count.ToString(CultureInfo.InvariantCulture), "-W", "5", to)
        );

    /// <summary>The same of a run of so many that it may take longer than a test's patience.</summary>
    public string Lost(int count) => Lost(LiveTest.Patience + count * s_longestSpacing);

    /// <summary>Waits for its end. The sequence numbers without an answer, as ranges: when they were lost tells who lost them.</summary>
    public string Lost() => Lost(LiveTest.Patience);

    /// <summary>Ends it before its count is reached; the same, without the last few if their answers were still under way.</summary>
    public string End()
    {
        Libc.kill(_process.Id, Libc.SIGINT).ShouldBe(0);
        return Lost(LiveTest.Patience, UnderWay);
    }

    /// <summary>How many it sends within a time at most.</summary>
    public static int MostWithin(TimeSpan span) => (int)(span / s_shortestSpacing) + UnderWay;

    /// <summary>How many numbers ranges hold.</summary>
    public static int CountOf(string lost) =>
        lost.Split(", ", StringSplitOptions.RemoveEmptyEntries)
            .Select(range => range.Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray())
            .Sum(range => range[1] - range[0] + 1);

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private string Lost(TimeSpan patience, int underWay = 0)
    {
        var result = _process.WaitForExit(patience);
        var counted = Summary().Match(result.Output);
        counted.Success.ShouldBeTrue(result.Output + result.Error);
        var sent = int.Parse(counted.Groups["sent"].Value, CultureInfo.InvariantCulture);
        var answered = Sequence().Matches(result.Output).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        var lost = Enumerable.Range(1, sent).Except(answered).ToHashSet();
        var heard = sent;
        while (lost.Contains(heard))
            heard--;
        if (sent - heard <= underWay)
            lost.RemoveWhere(number => number > heard);
        var first = lost.Where(number => !lost.Contains(number - 1)).Order();
        var last = lost.Where(number => !lost.Contains(number + 1)).Order();
        return string.Join(", ", first.Zip(last, (from, to) => $"{from}-{to}"));
    }

    [GeneratedRegex(@"(?<sent>\d+) packets transmitted")]
    private static partial Regex Summary();

    [GeneratedRegex(@"icmp_seq=(\d+) ttl")]
    private static partial Regex Sequence();
}
