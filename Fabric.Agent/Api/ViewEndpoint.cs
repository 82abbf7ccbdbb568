using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description;
using Fabric.Agent.Views;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Topology.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fabric.Agent.Api;

/// <summary>The calls that pages are made of: the one read model of page, command line and API.</summary>
internal sealed class ViewEndpoint
{
    private readonly AgentHost _agent;
    private readonly ChainHistoryPath _history;
    private readonly PastPath _past;
    private readonly DevicePath _devices;
    private readonly DropsPath _drops;
    private readonly EventsPath _events;
    private readonly PulseLoop _pulse;

    /// <summary>Composes what answers them.</summary>
    public ViewEndpoint(AgentHost agent, TimeProvider clock)
    {
        _agent = agent;
        _history = new ChainHistoryPath(agent.Hive);
        _past = new PastPath(agent);
        _devices = new DevicePath(agent, _past, _history);
        _drops = new DropsPath(agent, _history, clock);
        _events = new EventsPath(agent.Hive);
        _pulse = new PulseLoop(new PulsePath(agent, clock).RunAsync, clock);
    }

    /// <summary>Maps the calls.</summary>
    public void Map(WebApplication application)
    {
        application.MapGet("/v1/openapi.json", () => Json(ApiDocument.Build()));
        application.MapGet("/v1/map", (long? at, CancellationToken cancellation) => At(at, MapView.Of, cancellation));
        application.MapGet("/v1/list", (string kind, long? at, CancellationToken cancellation) => ListAsync(kind, at, cancellation));
        application.MapGet(
            "/v1/device",
            (string kind, string name, long? at, CancellationToken cancellation) => DeviceAsync(kind, name, at, cancellation)
        );
        application.MapGet(
            "/v1/drops",
            (string? kind, string? name, CancellationToken cancellation) => DropsAsync(kind, name, cancellation)
        );
        application.MapGet(
            "/v1/events",
            (long? before, int? limit, string? q, CancellationToken cancellation) =>
                TryAsync(async () => Json(await _events.RunAsync(before, limit ?? 50, q, cancellation)))
        );
        application.MapGet("/v1/search", (string q, int? limit) => Json(SearchView.Of(_agent.View.Topology, q, limit ?? 20)));
        application.MapGet("/v1/alarms", async () => Json(await AlarmsAsync()));
        application.MapGet("/v1/watch", (HttpContext context) => WatchAsync(context));
    }

    /// <summary>Simulates a packet beside those that pass: it changes nothing.</summary>
    public Task<IResult> TraceAsync(string text, long? at, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            var (topology, learned) = await _past.FindAsync(at, cancellation);
            var report = TraceView.Of(topology, learned, at is null ? _agent.Connections.Shards[0] : NoConnections.Instance, text);
            // Who made a rule of the past is told by the events of that time.
            if (at is null && report["rule"] is JsonObject rule)
                rule["changed"] = ChangeJson.Of(await FindAuthorAsync(topology, rule, cancellation));
            return Json(report);
        });

    private async Task<ChangeRecord?> FindAuthorAsync(TopologySnapshot topology, JsonObject rule, CancellationToken cancellation) =>
        DeviceName.TryParse((string)rule["chain"]!, out var name) && topology.Find(DeviceKind.Chain, name) is Chain chain
            ? (await _history.FindAsync(chain, cancellation)).GetValueOrDefault((string)rule["name"]!)
            : null;

    private Task<IResult> ListAsync(string kind, long? at, CancellationToken cancellation) =>
        DeviceListings.Find(kind) is { } list
            ? At(at, (topology, _) => ListingData.Of(list(topology)), cancellation)
            : Task.FromResult(Missing($"there is no kind '{kind}': take one of {string.Join(", ", DeviceListings.Words)}"));

    private async Task<IResult> DeviceAsync(string kind, string name, long? at, CancellationToken cancellation)
    {
        if (Nouns.Parse(kind) is not { } noun || !DeviceName.TryParse(name, out var device))
            return Missing($"there is no {kind} '{name}'");
        return await TryAsync(async () =>
            await _devices.RunAsync(noun, device, at, cancellation) is { } page
                ? Json(page)
                : Missing($"there is no {kind} '{name}'{(at is null ? "" : $" at position {at}")}")
        );
    }

    private async Task<IResult> DropsAsync(string? kind, string? name, CancellationToken cancellation)
    {
        DeviceRef? about = null;
        if (kind is not null || name is not null)
        {
            var isNamed = DeviceName.TryParse(name ?? "", out var device);
            about = isNamed && Nouns.Parse(kind ?? "") is { } noun ? _agent.View.Topology.Find(noun, device)?.Ref : null;
            if (about is null)
                return Missing($"there is no {kind} '{name}'");
        }
        return await TryAsync(async () => Json(await _drops.RunAsync(about, cancellation)));
    }

    private async Task<JsonObject> AlarmsAsync()
    {
        var status = await AgentReport.StatusAsync(_agent);
        var (topology, learned) = (_agent.View.Topology, _agent.View.Learned);
        return new JsonObject { ["position"] = topology.Position, ["items"] = AlarmView.Of(status, topology, learned) };
    }

    /// <summary>A line of data once a second; what the reader has not taken is not queued behind it.</summary>
    private async Task WatchAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        if (_pulse.TryWatch(cancellation) is not { } pulses)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync($"{PulseLoop.MaxWatchers} watch already", cancellation);
            return;
        }
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await context.Response.Body.FlushAsync(cancellation);
            await foreach (var pulse in pulses)
            {
                await context.Response.Body.WriteAsync("event: pulse\ndata: "u8.ToArray(), cancellation);
                await context.Response.Body.WriteAsync(pulse, cancellation);
                await context.Response.Body.WriteAsync("\n\n"u8.ToArray(), cancellation);
                await context.Response.Body.FlushAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher has gone.
        }
    }

    private Task<IResult> At(long? at, Func<TopologySnapshot, LearnedSnapshot, JsonObject> view, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            var (topology, learned) = await _past.FindAsync(at, cancellation);
            return Json(view(topology, learned));
        });

    private static async Task<IResult> TryAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (ArgumentOutOfRangeException)
        {
            return Missing("the journal has no such position");
        }
        catch (JournalException away)
        {
            return Results.Text(away.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult Missing(string what) => Results.Text(what, statusCode: StatusCodes.Status404NotFound);

    private static IResult Json(JsonObject data) => Results.Text(data.ToJsonString(), "application/json");
}
