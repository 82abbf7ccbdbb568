using System.Diagnostics;

namespace Fabric.Agent.Lab;

/// <summary>How long the command has run, as whoever typed it sees it.</summary>
internal static class LabClock
{
    /// <summary>Since the process was started, the start of the runtime included.</summary>
    public static TimeSpan SinceStart()
    {
        using var self = Process.GetCurrentProcess();
        return DateTime.Now - self.StartTime;
    }
}
