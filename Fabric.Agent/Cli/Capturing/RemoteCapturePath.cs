using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>Fetches the packets of a port from the host that it is at, again and again.</summary>
/// <param name="agent">The agent, which asks the other host's.</param>
/// <param name="host">The other host.</param>
/// <param name="port">The port.</param>
/// <param name="index">Its place among those that are captured.</param>
/// <param name="clock">The clock.</param>
internal sealed class RemoteCapturePath(IAgentClient agent, string host, string port, int index, TimeProvider clock)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestRefusal = TimeSpan.FromSeconds(10);

    // Words of docs/cli.md, GET /v1/ports.
    private const string Answered = "answered";
    private const string Silent = "silent";

    private readonly string _capture = $"{Guid.NewGuid():N}"[..12];
    private long _after;
    private long? _answeredAt;
    private string? _ring;
    private long _lostNow;
    private long _lostBefore;

    /// <summary>Packets that the host had no room for.</summary>
    public long Lost => _lostBefore + _lostNow;

    /// <summary>How often the host began anew, as it was not asked for seconds or its agent was started again: what came in between is missing.</summary>
    public long Restarts { get; private set; }

    /// <summary>How often the host did not answer.</summary>
    public long Silences { get; private set; }

    /// <summary>Begins: the host listens at the port from here on.</summary>
    /// <exception cref="FabricException">The host does not answer, or cannot listen there.</exception>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var answer = await agent.CaptureAsync(host, port, _capture, 0, cancellation);
        // One that lives and is busy answers the next question, or the one after.
        while (StateOf(answer) == Silent && clock.GetElapsedTime(started) < s_longestRefusal)
        {
            await Task.Delay(s_pause, clock, cancellation);
            answer = await agent.CaptureAsync(host, port, _capture, 0, cancellation);
        }
        Demand(answer);
        if (!HasAnswered(answer))
            throw new FabricException(CaptureErrors.HostSilent, $"host {host} does not tell of port {port}", $"it is {StateOf(answer)}");
    }

    /// <summary>Fetches until it is told to stop.</summary>
    /// <exception cref="FabricException">The host cannot listen there any more: the port was detached.</exception>
    public async Task RunAsync(Func<CaptureNews, ValueTask> tell, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (!await FetchAsync(tell, cancellation))
                await Task.Delay(s_pause, clock, cancellation);
        }
    }

    private async Task<bool> FetchAsync(Func<CaptureNews, ValueTask> tell, CancellationToken cancellation)
    {
        var answer = await agent.CaptureAsync(host, port, _capture, _after, cancellation);
        // An agent that was started again attaches its ports in its first moments.
        _answeredAt ??= clock.GetTimestamp();
        if (clock.GetElapsedTime(_answeredAt.Value) > s_longestRefusal)
            Demand(answer);
        if (!HasAnswered(answer) || answer["items"] is not JsonArray items || answer["first"] is not JsonValue number)
        {
            Silences++;
            return false;
        }
        _answeredAt = clock.GetTimestamp();
        if ((string?)answer["ring"] is { } ring && ring != _ring)
        {
            Restarts += _ring is null ? 0 : 1;
            (_ring, _lostBefore, _lostNow) = (ring, Lost, 0);
        }
        _lostNow = Math.Max(_lostNow, (long?)answer["lost"] ?? 0);
        var first = (long)number;
        for (var i = 0; i < items.Count; i++)
        {
            // What was told last may be told once more.
            if (first + i <= _after)
                continue;
            _after = first + i;
            if (CaptureJson.Read(items[i], index) is { } frame)
                await tell(CaptureNews.Of(frame));
        }
        await tell(CaptureNews.AllUntil(CaptureJson.TimeOf((long?)answer["until"] ?? 0)));
        return items.Count > 0;
    }

    private void Demand(JsonObject answer)
    {
        if ((string?)answer["error"] is { } why)
            throw new FabricException(CaptureErrors.CannotListen, $"port {port} cannot be listened at at host {host}", why);
    }

    private static bool HasAnswered(JsonObject answer) => StateOf(answer) == Answered;

    private static string? StateOf(JsonObject answer) => (string?)answer["hosts"]?[0]?["state"];
}
