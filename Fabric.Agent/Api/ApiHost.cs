using System.Text;
using System.Text.Json.Nodes;
using Fabric.Agent.Alarms;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Metrics;
using Fabric.Changes;
using Fabric.Protocol;
using Fabric.Topology.Hive;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fabric.Agent.Api;

/// <summary>Serves an agent's API as HTTP on a unix socket that only its owner may open. docs/cli.md lists the calls.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    /// <summary>The largest request, in bytes: a batch of some hundred thousand commands.</summary>
    public const long MaxRequestBytes = 256 << 20;

    private const uint OwnerOnly = 0x3f; // 077

    private readonly WebApplication _application;
    private readonly ViewEndpoint _views;
    private readonly string _socket;

    private ApiHost(WebApplication application, ViewEndpoint views, string socket) =>
        (_application, _views, _socket) = (application, views, socket);

    /// <summary>Starts to listen.</summary>
    /// <param name="agent">Who answers.</param>
    /// <param name="socket">The socket's path; a file left there by an agent that is gone is replaced.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="alarms">What becomes of its alarms; null keeps them to itself, for as long as it runs.</param>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static async Task<ApiHost> StartAsync(
        AgentHost agent,
        string socket,
        CancellationToken cancellation,
        AlarmOptions? alarms = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = MaxRequestBytes;
            options.ListenUnixSocket(socket);
        });
        var application = builder.Build();
        var views = new ViewEndpoint(agent, alarms ?? new AlarmOptions(), TimeProvider.System);
        Map(application, agent, views);
        File.Delete(socket);
        // The kernel makes the socket with the mode that the mask leaves: there is no moment in which others may open it.
        var mask = Libc.umask(OwnerOnly);
        try
        {
            await application.StartAsync(cancellation);
        }
        catch
        {
            await views.DisposeAsync();
            throw;
        }
        finally
        {
            Libc.umask(mask);
        }
        return new ApiHost(application, views, socket);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _views.DisposeAsync();
        File.Delete(_socket);
    }

    private static void Map(WebApplication application, AgentHost agent, ViewEndpoint views)
    {
        application.MapGet("/v1/status", async () => Json(await AgentReport.StatusAsync(agent)));
        application.MapGet("/v1/connections", async () => Json(await ConnectionReport.OfAsync(agent)));
        application.MapGet(
            "/v1/balancers",
            async () =>
                Json(
                    BalancerReport.Of(
                        agent.View.Topology,
                        agent.View.Learned,
                        (await ConnectionReport.CopyAsync(agent)).Select(one => one.Connection)
                    )
                )
        );
        application.MapGet(
            "/v1/actors",
            async (CancellationToken cancellation) =>
                Json(ActorReport.Of(await agent.Hive.ReadActorsAsync(cancellation), agent.View.Topology))
        );
        application.MapGet("/metrics", async () => Results.Text(await MetricsPath.RunAsync(agent), MetricsText.Type));
        views.Map(application);
        application.MapPost(
            "/v1/trace",
            async (HttpRequest request, long? at, string? form, CancellationToken cancellation) =>
                await views.TraceAsync(await ReadTextAsync(request), at, form, cancellation)
        );
        application.MapPost(
            "/v1/alarms/acknowledge",
            (HttpRequest request, string key) => views.Acknowledge(key, CallerOf(request.HttpContext))
        );
        application.MapPost(
            "/v1/capture",
            (string? host, string port, string capture, long after) => views.CaptureAsync(host, port, capture, after)
        );
        application.MapPost("/v1/plan", (HttpRequest request) => PlanAsync(agent, request));
        application.MapPost("/v1/apply", (HttpRequest request, string? reason) => ApplyAsync(agent, request, reason ?? ""));
        application.MapPost("/v1/commands", async (HttpRequest request) => await SubmitAsync(agent, request));
        application.MapGet(
            "/v1/reached",
            async (long position, string level, string? hosts, int wait_ms, CancellationToken cancellation) =>
                await ReachedPath.RunAsync(agent, position, level, hosts, TimeSpan.FromMilliseconds(wait_ms), cancellation) is { } reached
                    ? Json(reached)
                    : Results.Text("level is agents or dataplane, wait_ms 0 to 30000", statusCode: StatusCodes.Status400BadRequest)
        );
    }

    private static async Task<IResult> PlanAsync(AgentHost agent, HttpRequest request) =>
        await ReadTextAsync(request) is { Length: <= PlanPath.MaxLength } text
            ? Json(PlanPath.Run(agent.View.Topology, text))
            : Results.Text($"a description has at most {PlanPath.MaxLength} characters here", statusCode: StatusCodes.Status400BadRequest);

    /// <summary>What `fabric apply` does, with the description's text instead of the command; a mistake in it is answered as a problem.</summary>
    private static async Task<IResult> ApplyAsync(AgentHost agent, HttpRequest request, string reason)
    {
        var text = await ReadTextAsync(request);
        DescriptionChange change;
        try
        {
            change = PlanPath.Read(agent.View.Topology, text, out _);
        }
        catch (FabricException mistake)
        {
            return Applied(agent.View.Topology.Position, 0, string.Join('\n', mistake.Problems));
        }
        if (change.Events.IsEmpty)
            return Applied(agent.View.Topology.Position, 0, null);
        var envelope = new CommandEnvelope(NetworkHost.RandomRequest(), "", reason, change.Command);
        return await agent.Hive.SubmitAsync(Sign(envelope, request.HttpContext), request.HttpContext.RequestAborted) switch
        {
            SubmitResult.Accepted accepted => Applied(accepted.Position, accepted.Versions.Length, null),
            SubmitResult.Rejected rejected => Applied(agent.View.Topology.Position, 0, rejected.Rejection.Message),
            SubmitResult.Unavailable unavailable => Results.Text(unavailable.Reason, statusCode: StatusCodes.Status503ServiceUnavailable),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static IResult Applied(long position, int events, string? problem) =>
        Json(
            new JsonObject
            {
                ["position"] = position,
                ["events"] = events,
                ["problem"] = problem,
            }
        );

    private static async Task<IResult> SubmitAsync(AgentHost agent, HttpRequest request)
    {
        var body = await ReadAsync(request);
        if (!CommandCodec.TryDecode(body, out CommandEnvelope? envelope, out var fault))
            return Results.Text($"the command cannot be read: {fault}", statusCode: StatusCodes.Status400BadRequest);
        var before = agent.View.Topology;
        var result = await agent.Hive.SubmitAsync(Sign(envelope, request.HttpContext), request.HttpContext.RequestAborted);
        return result switch
        {
            SubmitResult.Accepted accepted => Answer(
                new SubmitAnswer(accepted.Position, accepted.Versions.Length, null)
                {
                    Hosts = await ConcernedPath.FindAsync(agent.Hive, before, accepted.Position, request.HttpContext.RequestAborted),
                }
            ),
            SubmitResult.Rejected rejected => Answer(await RejectedAsync(agent, rejected.Rejection, request.HttpContext.RequestAborted)),
            SubmitResult.Unavailable unavailable => Results.Text(unavailable.Reason, statusCode: StatusCodes.Status503ServiceUnavailable),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Who sends it is what the kernel says, not what is written in it.</summary>
    private static CommandEnvelope Sign(CommandEnvelope envelope, HttpContext context) =>
        envelope with
        {
            Author = Authorship.Of(CallerOf(context), envelope.Author),
        };

    private static string CallerOf(HttpContext context)
    {
        var connection =
            context.Features.Get<IConnectionSocketFeature>()
            ?? throw new System.Diagnostics.UnreachableException("the server listens by sockets");
        return UserHost.NameOf(UserHost.PeerOf(connection.Socket));
    }

    private static async Task<SubmitAnswer> RejectedAsync(AgentHost agent, Rejection rejection, CancellationToken cancellation)
    {
        var inTheWay = rejection.Reason == RejectionReason.VersionConflict ? rejection.Subject : rejection.Other;
        var changed = inTheWay is { } device ? await LastChangePath.FindAsync(agent.Hive, device, cancellation) : null;
        return new SubmitAnswer(agent.View.Topology.Position, 0, rejection, Changed: changed);
    }

    private static async Task<string> ReadTextAsync(HttpRequest request) => Encoding.UTF8.GetString(await ReadAsync(request));

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.ToArray();
    }

    private static IResult Answer(SubmitAnswer answer) => Results.Bytes(AgentWire.Write(answer), "application/json");

    private static IResult Json(JsonObject data) => Results.Text(data.ToJsonString(), "application/json");
}
