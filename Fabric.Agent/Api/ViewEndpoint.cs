using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Alarms;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Agent.Questions;
using Fabric.Agent.Views;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fabric.Agent.Api;

/// <summary>The calls that pages are made of: the one read model of page, command line and API.</summary>
internal sealed class ViewEndpoint : IAsyncDisposable
{
    private readonly AgentHost _agent;
    private readonly ChainHistoryPath _history;
    private readonly PastPath _past;
    private readonly DevicePath _devices;
    private readonly QuestionActor? _questions;
    private readonly HostsPath _hosts;
    private readonly OwnCapturePath _captures;
    private readonly EventsPath _events;
    private readonly WebhookLoop? _webhook;
    private readonly AlarmLoop _alarms;
    private readonly PulseLoop _pulse;

    /// <summary>Composes what answers them.</summary>
    /// <param name="agent">Who answers.</param>
    /// <param name="alarms">What becomes of its alarms.</param>
    /// <param name="clock">The clock.</param>
    public ViewEndpoint(AgentHost agent, AlarmOptions alarms, TimeProvider clock)
    {
        _agent = agent;
        _history = new ChainHistoryPath(agent.Hive);
        _past = new PastPath(agent);
        _captures = new OwnCapturePath(agent, TellAsync, clock);
        var own = new OwnPath(agent, new DropsPath(agent, _history, clock), _captures);
        _questions = agent.Hive.Peers is { } peers
            ? new QuestionActor(new ActorRuntime(TaskScheduler.Default, clock), peers, own.AnswerAsync)
            : null;
        _hosts = new HostsPath(agent, own.RunAsync, _questions is null ? null : _questions.AskAsync, clock);
        _devices = new DevicePath(agent, _past, _history, _hosts);
        _events = new EventsPath(agent.Hive);
        _webhook = alarms.Webhook is { } webhook ? new WebhookLoop(webhook, alarms.Warn, clock) : null;
        var kept = alarms.Folder is { } folder ? new AlarmHistoryHost(Path.Combine(folder, AlarmHistoryHost.FileName), alarms.Warn) : null;
        _alarms = new AlarmLoop(LookAsync, change => _webhook?.Post(change.ToJson(HostName)), clock, kept);
        _pulse = new PulseLoop(new PulsePath(agent, _alarms, clock).RunAsync, clock);
    }

    private string HostName => _agent.View.Topology.Hosts.GetValueOrDefault(_agent.Self)?.Name.Name ?? "here";

    /// <summary>Asks and answers other hosts no more, and looks for alarms no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _alarms.DisposeAsync();
        await (_webhook?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_questions?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _captures.DisposeAsync();
    }

    /// <summary>Takes note of an alarm.</summary>
    public IResult Acknowledge(string key, string author) =>
        _alarms.TryAcknowledge(key, author) ? Json([]) : Missing($"there is no alarm '{key}'");

    /// <summary>Maps the calls.</summary>
    public void Map(WebApplication application)
    {
        application.MapGet("/v1/openapi.json", () => Json(ApiDocument.Build()));
        application.MapGet(
            "/v1/topology",
            (long? at, CancellationToken cancellation) =>
                TryAsync(async () => Results.Bytes(AgentWire.Write((await _past.FindAsync(at, cancellation)).Topology), AgentWire.Bytes))
        );
        application.MapGet("/v1/map", (long? at, string? form, CancellationToken cancellation) => MapAsync(at, form, cancellation));
        application.MapGet("/v1/list", (string kind, long? at, CancellationToken cancellation) => ListAsync(kind, at, cancellation));
        application.MapGet(
            "/v1/device",
            (string kind, string name, long? at, string? host, CancellationToken cancellation) =>
                DeviceAsync(kind, name, at, host, cancellation)
        );
        application.MapGet("/v1/drops", (string? kind, string? name, string? host) => DropsAsync(kind, name, host));
        application.MapGet(
            "/v1/flows",
            (string? q, int? limit, string? host, bool? words) => FlowsAsync(q ?? "", limit, host, words ?? false)
        );
        application.MapGet(
            "/v1/traffic",
            (string? host) => AskAsync(host, new HostQuestion(HostQuestionTopic.Traffic, 0, ""), HostsView.Traffic)
        );
        application.MapGet(
            "/v1/ports",
            (string? host) => AskAsync(host, new HostQuestion(HostQuestionTopic.Ports, 0, ""), HostsView.Ports)
        );
        application.MapGet(
            "/v1/events",
            (long? before, int? limit, string? q, bool? lines, CancellationToken cancellation) =>
                TryAsync(async () => Json(await _events.RunAsync(before, limit ?? 50, q, lines ?? false, cancellation)))
        );
        application.MapGet("/v1/carried", (string kind, string? name, string? host) => CarriedAsync(kind, name, host));
        application.MapGet("/v1/related", (string id, long? at, CancellationToken cancellation) => RelatedAsync(id, at, cancellation));
        application.MapGet("/v1/search", (string q, int? limit) => Json(SearchView.Of(_agent.View.Topology, q, limit ?? 20)));
        application.MapGet("/v1/nodes", (string? host) => NodesAsync(host));
        application.MapGet("/v1/alarms", async () => Json(await AlarmsAsync()));
        application.MapGet("/v1/watch", (HttpContext context) => WatchAsync(context));
    }

    /// <summary>Simulates a packet beside those that pass: it changes nothing.</summary>
    /// <param name="text">The packet.</param>
    /// <param name="at">The position; null for now.</param>
    /// <param name="form">json if null; text as `fabric trace` prints it.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<IResult> TraceAsync(string text, long? at, string? form, CancellationToken cancellation) =>
        form is not (null or "json" or "text")
            ? Task.FromResult(Refused("a trace's form is json or text"))
            : TryAsync(async () =>
            {
                var report = await ReportAsync(text, at, cancellation);
                return form == "text" ? Results.Text(TrialText.Of(report)) : Json(report);
            });

    /// <summary>Packets that came at a port since the last question. Not for pages: it tells what stations say to each other.</summary>
    public Task<IResult> CaptureAsync(string? host, string port, string capture, long after)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{capture} {after} {port}");
        return AskAsync(host, new HostQuestion(HostQuestionTopic.Capture, 0, text), HostsView.Capture);
    }

    private async Task<JsonObject> ReportAsync(string text, long? at, CancellationToken cancellation)
    {
        if (RecordedTrace.IsOne(text))
            return await RepeatAsync(text, at, cancellation);
        var (topology, learned) = await _past.FindAsync(at, cancellation);
        var report = TraceView.Of(topology, learned, at is null ? _agent.Connections.Shards[0] : NoConnections.Instance, text);
        // Who made a rule of the past is told by the events of that time.
        if (at is null && report["rule"] is JsonObject rule)
            rule["changed"] = ChangeJson.Of(await FindAuthorAsync(topology, rule, cancellation));
        return report;
    }

    /// <summary>Traces a recorded packet again, at its position or another one.</summary>
    private async Task<JsonObject> RepeatAsync(string text, long? at, CancellationToken cancellation)
    {
        try
        {
            var record = RecordedTrace.Parse(text);
            return record.TraceIn((await _past.FindAsync(at ?? record.Position, cancellation)).Topology);
        }
        catch (FormatException wrong)
        {
            return TrialJson.Of(1, PacketErrors.IsNoRecord(wrong));
        }
    }

    private async Task<JsonObject> TellAsync(string text, CancellationToken cancellation)
    {
        try
        {
            return await ReportAsync(text, null, cancellation);
        }
        catch (JournalException away)
        {
            throw new FabricException(CliErrors.Broken, "who added the rule is not known", away.Message);
        }
    }

    private async Task<ChangeRecord?> FindAuthorAsync(TopologySnapshot topology, JsonObject rule, CancellationToken cancellation) =>
        DeviceName.TryParse((string)rule["chain"]!, out var name) && topology.Find(DeviceKind.Chain, name) is Chain chain
            ? (await _history.FindAsync(chain, cancellation)).GetValueOrDefault((string)rule["name"]!)
            : null;

    private Task<IResult> MapAsync(long? at, string? form, CancellationToken cancellation) =>
        MapForms.Find(form ?? MapForms.Json) is { } write
            ? TryAsync(async () =>
            {
                var (topology, learned) = await _past.FindAsync(at, cancellation);
                return Results.Text(write.Text(MapView.Of(topology, learned)), write.Type);
            })
            : Task.FromResult(Refused($"a map's form is one of {string.Join(", ", MapForms.Words)}"));

    private Task<IResult> ListAsync(string kind, long? at, CancellationToken cancellation) =>
        DeviceListings.Find(kind) is { } list
            ? At(at, (topology, _) => ListingData.Of(list(topology)), cancellation)
            : Task.FromResult(Missing($"there is no kind '{kind}': take one of {string.Join(", ", DeviceListings.Words)}"));

    private async Task<IResult> DeviceAsync(string kind, string name, long? at, string? host, CancellationToken cancellation)
    {
        if (Nouns.Parse(kind) is not { } noun || !DeviceName.TryParse(name, out var device))
            return Missing($"there is no {kind} '{name}'");
        var hosts = _hosts.Find(host, out var unknown);
        if (unknown is not null)
            return MissingHost(unknown);
        return await TryAsync(async () =>
            await _devices.RunAsync(noun, device, at, hosts, cancellation) is { } page
                ? Json(page)
                : Missing($"there is no {kind} '{name}'{(at is null ? "" : $" at position {at}")}")
        );
    }

    private async Task<IResult> DropsAsync(string? kind, string? name, string? host)
    {
        var about = kind is null && name is null ? "" : $"{kind} {name}";
        if (about.Length > 0 && OwnPath.Find(_agent.View.Topology, about) is null)
            return Missing($"there is no {about}");
        return await AskAsync(host, new HostQuestion(HostQuestionTopic.Drops, 0, about), reports => HostsView.Drops(reports, HostName));
    }

    private Task<IResult> CarriedAsync(string kind, string? name, string? host)
    {
        if (kind == "link")
            return AskAsync(
                host,
                new HostQuestion(HostQuestionTopic.Traffic, 0, CarriedView.LinkPorts),
                reports => CarriedView.OfLinks(reports, _agent.View.Topology)
            );
        if (
            Nouns.Parse(kind) is not (DeviceKind.Port or DeviceKind.Bridge or DeviceKind.Router or DeviceKind.Chain) and not null
            || OwnPath.Find(_agent.View.Topology, $"{kind} {name}") is not { } found
        )
            return Task.FromResult(Missing($"there is no {kind} '{name}' that carries anything"));
        var (word, device) = (Nouns.One(found.Kind), _agent.View.Topology.Find(found)!.Name);
        return AskAsync(
            host,
            new HostQuestion(HostQuestionTopic.Traffic, 0, CarriedView.QuestionOf(word, device)),
            reports => CarriedView.OfDevice(reports, word, device)
        );
    }

    private Task<IResult> RelatedAsync(string id, long? at, CancellationToken cancellation) =>
        TryAsync(async () =>
            RelatedView.Of((await _past.FindAsync(at, cancellation)).Topology, id) is { } related
                ? Json(related)
                : Missing($"there is no {id}{(at is null ? "" : $" at position {at}")}")
        );

    private Task<IResult> FlowsAsync(string text, int? limit, string? host, bool isInWords) =>
        limit is < 1
            ? Task.FromResult(Refused("a limit is 1 or more"))
            : AskAsync(
                host,
                new HostQuestion(HostQuestionTopic.Flows, limit ?? 0, text),
                reports => HostsView.Flows(reports, limit, isInWords)
            );

    private async Task<IResult> NodesAsync(string? host)
    {
        var actors = await ReadActorsAsync();
        return await AskAsync(host, new HostQuestion(HostQuestionTopic.Node, 0, ""), reports => NodesView.Of(reports, actors));
    }

    private async Task<ActorsView> ReadActorsAsync()
    {
        using var patience = new CancellationTokenSource(HostQuestions.Patience);
        try
        {
            return await _agent.Hive.ReadActorsAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return new ActorsView(null, [], []);
        }
    }

    /// <summary>Asks this host, or those that are named, and makes one answer of theirs.</summary>
    private async Task<IResult> AskAsync(string? host, HostQuestion question, Func<HostReport[], JsonObject> merge)
    {
        if (question.Text.Length > HostQuestion.MaxText)
            return Refused($"a filter has {HostQuestion.MaxText} characters at most");
        var hosts = _hosts.Find(host, out var unknown);
        return unknown is null ? await TryAsync(async () => Json(merge(await _hosts.AskAsync(hosts, question)))) : MissingHost(unknown);
    }

    private async Task<JsonObject> AlarmsAsync()
    {
        var alarms = await LookAsync();
        _alarms.Take(alarms);
        return new JsonObject
        {
            ["position"] = _agent.View.Topology.Position,
            ["items"] = alarms,
            ["history"] = new JsonArray([.. _alarms.History.Changes.Select(change => (JsonNode)change.ToJson(HostName))]),
        };
    }

    private async Task<JsonArray> LookAsync() =>
        AlarmView.Of(await AgentReport.StatusAsync(_agent), _agent.View.Topology, _agent.View.Learned);

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

    private static IResult Refused(string why) => Results.Text(why, statusCode: StatusCodes.Status400BadRequest);

    private static IResult Missing(string what) => Results.Text(what, statusCode: StatusCodes.Status404NotFound);

    private IResult MissingHost(string name) =>
        Missing(
            $"there is no host '{name}'; {NameHint.Of(name, _agent.View.Topology.Hosts.Values.Select(host => host.Name.Name))}".TrimEnd(
                ' ',
                ';'
            )
        );

    private static IResult Json(JsonObject data) => Results.Text(data.ToJsonString(), "application/json");
}
