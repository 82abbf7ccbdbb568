using System.Globalization;

namespace Fabric.Agent.Cli.Output;

/// <summary>A line that says how far a long work is, for people who watch; nobody else sees it.</summary>
/// <remarks>Appears after a second, and goes when disposed.</remarks>
internal sealed class ProgressLine(Terminal terminal, TimeProvider clock, string what = "entries") : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly long _started = clock.GetTimestamp();
    private long? _shown;

    /// <summary>Tells how far it is.</summary>
    public void Tell(long done, long all)
    {
        if (!terminal.IsWatched || clock.GetElapsedTime(_started) < Quiet)
            return;
        if (_shown is { } shown && clock.GetElapsedTime(shown) < Pause)
            return;
        _shown = clock.GetTimestamp();
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{done} of {all} {what}"));
        terminal.Error.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_shown is null)
            return;
        _shown = null;
        // Back to the begin, and clear to the end of the line (ECMA-48, EL).
        terminal.Error.Write("\r\x1b[K");
        terminal.Error.Flush();
    }
}
