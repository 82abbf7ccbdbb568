using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Client;

/// <summary>Talks HTTP/1.1 to an agent over its unix socket, a connection a call.</summary>
/// <remarks>By hand and not by HttpClient, which costs a command that lives for a tenth of a second another half of that to start.</remarks>
internal sealed class AgentSession : IAgentClient
{
    private const int NotFound = 404;
    private const int ServiceUnavailable = 503;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly TimeSpan _patience;

    private AgentSession(string path, TimeSpan patience) => (_path, _patience) = (path, patience);

    /// <summary>Prepares to talk to the agent at a socket; connects with the first call.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="patience">How long an answer is waited for; half a minute if null.</param>
    public static IAgentClient Open(string path, TimeSpan? patience = null) => new AgentSession(path, patience ?? Patience);

    /// <inheritdoc/>
    public int Process { get; private set; }

    /// <inheritdoc/>
    public async Task<JsonObject> StatusAsync(CancellationToken cancellation) =>
        Json(await CallAsync("GET", "/v1/status", default, cancellation));

    /// <inheritdoc/>
    public async Task<JsonObject> ConnectionsAsync(CancellationToken cancellation) =>
        Json(await CallAsync("GET", "/v1/connections", default, cancellation));

    /// <inheritdoc/>
    public async Task<JsonObject> BalancersAsync(CancellationToken cancellation) =>
        Json(await CallAsync("GET", "/v1/balancers", default, cancellation));

    /// <inheritdoc/>
    public async Task<JsonObject> ActorsAsync(CancellationToken cancellation) =>
        Json(await CallAsync("GET", "/v1/actors", default, cancellation));

    /// <inheritdoc/>
    public async Task<JsonObject> EventsAsync(int limit, string? text, CancellationToken cancellation)
    {
        var target = string.Create(CultureInfo.InvariantCulture, $"/v1/events?limit={limit}");
        if (text is not null)
            target += $"&q={Uri.EscapeDataString(text)}";
        return Json(await CallAsync("GET", target, default, cancellation));
    }

    /// <inheritdoc/>
    public async Task<JsonObject> TraceAsync(string packet, CancellationToken cancellation) =>
        Json(await CallAsync("POST", "/v1/trace", Encoding.UTF8.GetBytes(packet), cancellation));

    /// <inheritdoc/>
    public Task AcknowledgeAlarmAsync(string key, CancellationToken cancellation) =>
        CallAsync("POST", $"/v1/alarms/acknowledge?key={Uri.EscapeDataString(key)}", default, cancellation);

    /// <inheritdoc/>
    public async Task<TopologySnapshot> TopologyAsync(CancellationToken cancellation) =>
        AgentWire.ReadTopology(await CallAsync("GET", "/v1/topology", default, cancellation));

    /// <inheritdoc/>
    public async Task<TopologySnapshot> TopologyAtAsync(long position, CancellationToken cancellation) =>
        AgentWire.ReadTopology(
            await CallAsync("GET", string.Create(CultureInfo.InvariantCulture, $"/v1/topology?at={position}"), default, cancellation)
        );

    /// <inheritdoc/>
    public async Task<JsonObject> ReadAsync(string target, CancellationToken cancellation) =>
        Json(await CallAsync("GET", target, default, cancellation));

    /// <inheritdoc/>
    public async Task<JsonObject> CaptureAsync(string host, string port, string capture, long after, CancellationToken cancellation)
    {
        var place = $"host={Uri.EscapeDataString(host)}&port={Uri.EscapeDataString(port)}&capture={Uri.EscapeDataString(capture)}";
        var target = string.Create(CultureInfo.InvariantCulture, $"/v1/capture?{place}&after={after}");
        return Json(await CallAsync("POST", target, default, cancellation));
    }

    /// <inheritdoc/>
    public async Task<SubmitAnswer> SubmitAsync(CommandEnvelope envelope, CancellationToken cancellation) =>
        AgentWire.ReadAnswer(await CallAsync("POST", "/v1/commands", AgentWire.Write(envelope), cancellation));

    /// <inheritdoc/>
    public async Task<JsonObject> ReachedAsync(
        long position,
        WaitLevel level,
        ImmutableArray<string> hosts,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        var target = string.Create(
            CultureInfo.InvariantCulture,
            $"/v1/reached?position={position}&level={WaitLevels.Of(level)}&wait_ms={(int)patience.TotalMilliseconds}"
        );
        if (!hosts.IsDefault)
            target += $"&hosts={Uri.EscapeDataString(string.Join(',', hosts))}";
        return Json(await CallAsync("GET", target, default, cancellation));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<byte[]> CallAsync(string method, string target, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            using var socket = await ConnectAsync(patience.Token);
            await using var stream = new NetworkStream(socket);
            var head = $"{method} {target} HTTP/1.1\r\nHost: fabric\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), patience.Token);
            // An agent that has all it needs may have answered and gone by now, and even to write nothing would fail.
            if (!body.IsEmpty)
                await stream.WriteAsync(body, patience.Token);
            using var answer = new MemoryStream();
            await stream.CopyToAsync(answer, patience.Token);
            return HttpAnswer.TryParse(answer.GetBuffer().AsSpan(0, (int)answer.Length), out var parsed)
                ? parsed.IsSuccess
                    ? parsed.Body
                    : throw Refused(target, parsed)
                : throw new FabricException(CliErrors.Broken, $"the answer to {target} is no HTTP, or was cut off");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new FabricException(
                CliErrors.TooSlow,
                $"{target} was not answered within {_patience.TotalSeconds} seconds",
                $"the socket is {_path}"
            );
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new FabricException(CliErrors.Broken, $"the connection to the agent ended during {target}", failure.Message);
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellation);
            Process = UserHost.ProcessOf(socket);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw WhyNot(failure as SocketException, failure);
        }
    }

    private FabricException WhyNot(SocketException? failure, Exception cause) =>
        failure?.SocketErrorCode switch
        {
            SocketError.AccessDenied => new(CliErrors.NotAllowed, $"may not use the agent's socket {_path}"),
            SocketError.ConnectionRefused => new(
                CliErrors.NoAgent,
                $"no agent answers at {_path}",
                "the socket is there, but its agent has ended"
            ),
            null => new(CliErrors.NoAgent, $"'{_path}' cannot be a socket", cause.Message),
            _ => new(CliErrors.NoAgent, $"no agent answers at {_path}", "there is no such socket"),
        };

    private static FabricException Refused(string target, HttpAnswer answer)
    {
        var text = Encoding.UTF8.GetString(answer.Body).Trim();
        // An agent that does not know the call says nothing.
        if (answer.Status == NotFound && text.Length > 0)
            return new FabricException(CliErrors.NotFound, text);
        if (answer.Status == ServiceUnavailable)
            return new FabricException(CliErrors.Unavailable, "the agent cannot store the change", text);
        return new FabricException(
            CliErrors.Broken,
            $"the agent refused {target} with status {answer.Status}",
            text.Length > 0 ? text : null
        );
    }

    private static JsonObject Json(byte[] body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject data)
                return data;
        }
        catch (JsonException) { }
        throw new FabricException(CliErrors.Broken, "the agent's answer is no JSON object");
    }
}
