using System.Text.Json.Nodes;
using Fabric.Agent.Errors;
using Fabric.Flows;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>Tells what the network does with packets, by asking once for each kind.</summary>
/// <remarks>
/// Not thread-safe. The answer is what the agent decides of such headers now, kept for two seconds, so that a change shows soon. Of packets of
/// many kinds at once not all are asked about: the capture must keep up with them.
/// </remarks>
/// <param name="trace">Simulates a packet, as `POST /v1/trace` does.</param>
/// <param name="clock">The clock.</param>
internal sealed class VerdictPath(Func<string, CancellationToken, Task<JsonObject>> trace, TimeProvider clock)
{
    /// <summary>Kinds of packets that are asked about within the time that answers are kept, at most.</summary>
    public const int MaxKinds = 500;

    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(2);

    private readonly Dictionary<(string Port, FlowKey Key), string> _known = [];
    private long _since = clock.GetTimestamp();

    /// <summary>What is done with a frame that came from a port's station, in one sentence.</summary>
    public async Task<string> FindAsync(string port, ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        if (clock.GetElapsedTime(_since) > s_kept)
        {
            _known.Clear();
            _since = clock.GetTimestamp();
        }
        if (!FlowKeyReader.Read(frame.Span, inPort: 0, out var key))
            return "not looked at: the frame is too short, or its VLAN tag is drop eligible";
        if (_known.TryGetValue((port, key), out var known))
            return known;
        if (_known.Count >= MaxKinds)
            return $"not looked at: more than {MaxKinds} kinds of packets in {s_kept.TotalSeconds} s";
        return _known[(port, key)] = await AskAsync(port, key, cancellation);
    }

    /// <summary>The sentence of an answer of `POST /v1/trace`.</summary>
    public static string Tell(JsonObject trace)
    {
        if (trace["error"] is { } error)
            return $"not looked at: {error["message"]}";
        var who = trace["rule"]?["changed"] is JsonObject changed ? $", added by {changed["author"]} (journal {changed["position"]})" : "";
        return $"{trace["verdict"]}: {trace["why"]}{who}";
    }

    private async Task<string> AskAsync(string port, FlowKey key, CancellationToken cancellation)
    {
        try
        {
            return Tell(await trace(PacketNotation.Format(key, port), cancellation));
        }
        catch (FabricException away)
        {
            return $"not looked at: {away.Problems[0].What}";
        }
    }
}
