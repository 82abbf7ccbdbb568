using System.Globalization;

namespace Fabric.Bench.Kernel;

/// <summary>What a process has used so far.</summary>
/// <param name="Processor">Processor time; the kernel counts it by ticks of 10 ms.</param>
/// <param name="MemoryBytes">Memory that is in use now.</param>
internal sealed record ProcessUsage(TimeSpan Processor, long MemoryBytes)
{
    private const int TicksPerSecond = 100; // USER_HZ

    /// <summary>Reads it of a process.</summary>
    public static ProcessUsage Of(int process)
    {
        // "12 (name) S ...": the name may hold blanks, and 12 fields behind it stand the times in user and kernel mode.
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new ProcessUsage(TimeSpan.FromSeconds((double)ticks / TicksPerSecond), Number(fields[21]) * Environment.SystemPageSize);
    }

    /// <summary>The share of one processor that a process uses while something goes on, in percent.</summary>
    public static double Percent(int process, TimeSpan duration)
    {
        var before = Of(process).Processor;
        Thread.Sleep(duration);
        return (Of(process).Processor - before) / duration * 100;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
