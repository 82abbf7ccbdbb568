using System.Net;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fabric.Agent.Dashboard;

/// <summary>Serves the pages to browsers of this machine, and passes their calls on to an agent's socket.</summary>
/// <remarks>
/// A process of its own, run by whoever looks: an agent listens on its unix socket alone, and while nobody looks there is nothing. What the pages may do
/// is what the user of this process may do at the socket, and less without <see cref="DashboardToken.AllowsChanges"/>.
/// </remarks>
public sealed class DashboardHost : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private const long MaxRequestBytes = 4 << 20;
    private const string Metrics = "/metrics";

    private static readonly string[] s_looking = ["/v1/trace", "/v1/plan"];
    private static readonly string[] s_changing = ["/v1/apply", "/v1/alarms/acknowledge"];

    /// <summary>Nothing from elsewhere, no script or style that is not a file of ours, and nobody may frame it.</summary>
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly WebApplication _application;
    private readonly AgentEndpoint _agent;
    private readonly DashboardAssets _assets;
    private readonly DashboardToken _token;
    private readonly string _socket;

    private DashboardHost(WebApplication application, AgentEndpoint agent, DashboardAssets assets, DashboardToken token, string socket) =>
        (_application, _agent, _assets, _token, _socket) = (application, agent, assets, token, socket);

    /// <summary>Where a browser begins: the token stands behind the #, which browsers send to nobody.</summary>
    public Uri Address => new(Base, $"#token={_token.Text}");

    private Uri Base => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts to listen at 127.0.0.1.</summary>
    /// <param name="socket">The agent's socket.</param>
    /// <param name="port">The port; 0 takes any.</param>
    /// <param name="allowsChanges">The pages may change the network.</param>
    /// <param name="opensMetrics">Anybody of this machine may read the metrics.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FabricException">The port is taken, or the program was built without pages.</exception>
    public static Task<DashboardHost> StartAsync(
        string socket,
        int port,
        bool allowsChanges,
        bool opensMetrics,
        CancellationToken cancellation
    ) => StartAsync(DashboardAssets.Require(typeof(DashboardAssets).Assembly), socket, port, allowsChanges, opensMetrics, cancellation);

    /// <summary>Starts to serve some pages.</summary>
    internal static async Task<DashboardHost> StartAsync(
        DashboardAssets assets,
        string socket,
        int port,
        bool allowsChanges,
        bool opensMetrics,
        CancellationToken cancellation
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddResponseCompression();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = MaxConnections;
            options.Limits.MaxRequestBodySize = MaxRequestBytes;
            options.Listen(IPAddress.Loopback, port);
        });
        var application = builder.Build();
        var token = DashboardToken.Make(allowsChanges, opensMetrics);
        var host = new DashboardHost(application, new AgentEndpoint(socket), assets, token, socket);
        application.Use(host.GuardAsync);
        application.UseResponseCompression();
        application.Run(host.AnswerAsync);
        try
        {
            await application.StartAsync(cancellation);
            return host;
        }
        catch (IOException taken)
        {
            await host.DisposeAsync();
            throw new FabricException(DashboardErrors.PortTaken, $"the dashboard cannot listen at 127.0.0.1:{port}", taken.Message);
        }
    }

    /// <summary>Serves until told to stop, by the token or by a signal to the process.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _application.Lifetime.ApplicationStopping);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var told = stop.Token.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            // Watches never end by themselves.
            now.Cancel();
            await _application.StopAsync(now.Token);
        }
        await _application.DisposeAsync();
        _agent.Dispose();
    }

    /// <summary>Answers only those who call us by our own name: a page of somebody else that has its name point here is refused.</summary>
    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.Host.Host is "127.0.0.1" or "localhost")
            return next(context);
        return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "this is 127.0.0.1");
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var isCall = path.StartsWith("/v1/", StringComparison.Ordinal) || path is "/session" or Metrics;
        if (path == Metrics && _token.OpensMetrics && HttpMethods.IsGet(context.Request.Method))
            return _agent.PassAsync(context);
        if (!isCall)
            return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
                ? SendAsync(context, _assets.Find(path))
                : RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "pages are only read");
        if (!_token.IsIn(context.Request.Headers.Authorization))
            return RefuseAsync(
                context,
                StatusCodes.Status401Unauthorized,
                "the token is missing, wrong or old: take the address that `fabric dashboard` prints"
            );
        context.Response.Headers.CacheControl = "no-store";
        if (path == "/session")
            return SendSessionAsync(context);
        return WhyNot(context.Request.Method, path) is { } why
            ? RefuseAsync(context, StatusCodes.Status403Forbidden, why)
            : _agent.PassAsync(context);
    }

    private string? WhyNot(string method, string path)
    {
        if (HttpMethods.IsGet(method) || (HttpMethods.IsPost(method) && s_looking.Contains(path)))
            return null;
        if (!HttpMethods.IsPost(method) || !s_changing.Contains(path))
            return "pages do not call this";
        return _token.AllowsChanges
            ? null
            : "this dashboard only looks: `fabric dashboard --allow-changes` begins one that may change the network";
    }

    private Task SendSessionAsync(HttpContext context)
    {
        var session = new JsonObject
        {
            ["version"] = VersionCommand.Version,
            ["socket"] = _socket,
            ["allows_changes"] = _token.AllowsChanges,
        };
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(session.ToJsonString(), context.RequestAborted);
    }

    private static Task SendAsync(HttpContext context, DashboardAsset asset)
    {
        context.Response.ContentType = asset.Type;
        context.Response.Headers.ContentEncoding = "gzip";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.ContentLength = asset.Compressed.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(asset.Compressed, context.RequestAborted).AsTask();
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why, context.RequestAborted);
    }
}
