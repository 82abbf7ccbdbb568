using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Capturing;
using Fabric.Agent.Errors;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Api;

/// <summary>Captures at ports of this host for those who ask again and again, its own users or other hosts' agents.</summary>
/// <remarks>Any thread. A capture ends by itself when nobody has asked for its packets for <see cref="s_patience"/>.</remarks>
/// <param name="agent">This host's agent.</param>
/// <param name="trace">Tells what becomes of a packet.</param>
/// <param name="clock">The clock.</param>
internal sealed class OwnCapturePath(AgentHost agent, Func<string, CancellationToken, Task<JsonObject>> trace, TimeProvider clock)
    : IAsyncDisposable
{
    /// <summary>Captures at once at most.</summary>
    public const int MaxCaptures = 16;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Capture, string Port), Running> _running = [];
    private readonly CancellationTokenSource _end = new();

    /// <summary>The answer to a question; null for one that is not understood.</summary>
    /// <param name="text">A word for the capture, the number of the last packet that has come, the port.</param>
    public async Task<JsonObject?> RunAsync(string text)
    {
        var words = text.Split(' ');
        if (words.Length != 3 || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            return null;
        var key = (words[0], words[2]);
        if (Tell(key, after) is { } told)
            return told;
        var item = ((await AgentReport.PortsAsync(agent))["items"] as JsonArray)!.FirstOrDefault(item =>
            (string?)item!["port"] == key.Item2
        );
        return item is null
            ? Error($"port {key.Item2} is not attached there")
            : Begin(key, (string)item["interface"]!, after) ?? Tell(key, after);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Running[] running;
        lock (_lock)
            running = [.. _running.Values];
        await _end.CancelAsync();
        await Task.WhenAll(running.Select(one => one.Done));
        _end.Dispose();
    }

    private static JsonObject Error(string why) => new() { ["error"] = why };

    private JsonObject? Tell((string Capture, string Port) key, long after)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out var running))
                return null;
            running.AskedAt = clock.GetTimestamp();
            return running.Ring.Tell(after, running.Capture.Lost);
        }
    }

    /// <summary>Begins to capture; tells why not.</summary>
    private JsonObject? Begin((string Capture, string Port) key, string link, long after)
    {
        lock (_lock)
        {
            if (_running.ContainsKey(key))
                return null;
            if (_running.Count >= MaxCaptures)
                return Error($"{MaxCaptures} captures are being made there already");
            try
            {
                var capture = CaptureHost.Open(0, [(key.Port, link)]);
                var running = new Running(capture, after) { AskedAt = clock.GetTimestamp() };
                running.Done = Task.Run(() => CaptureAsync(key, capture, running));
                _running[key] = running;
                return null;
            }
            catch (FabricException refused)
            {
                return Error($"{refused.Problems[0].What}: {refused.Problems[0].Why}");
            }
        }
    }

    private async Task CaptureAsync((string Capture, string Port) key, CaptureHost capture, Running running)
    {
        using var mine = capture;
        try
        {
            await foreach (var news in capture.ReadAsync(new VerdictPath(trace, clock), clock, _end.Token))
            {
                if (!TryKeep(news, running))
                    break;
            }
        }
        catch (LinuxException)
        {
            // The interface is gone: the next question tells so.
        }
        finally
        {
            lock (_lock)
                _running.Remove(key);
        }
    }

    /// <summary>Keeps a packet; false if nobody asks for them any more.</summary>
    private bool TryKeep(CaptureNews news, Running running)
    {
        lock (_lock)
        {
            running.Ring.Add(news);
            return clock.GetElapsedTime(running.AskedAt) <= s_patience;
        }
    }

    private sealed class Running(CaptureHost capture, long after)
    {
        public CaptureHost Capture { get; } = capture;
        public CaptureRing Ring { get; } = new(after);
        public required long AskedAt { get; set; }
        public Task Done { get; set; } = Task.CompletedTask;
    }
}
