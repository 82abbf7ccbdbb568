using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;

namespace Fabric.Agent.Cli.Watching;

/// <summary>Asks an agent for its counters again and again, and tells what came between.</summary>
/// <param name="agent">The agent.</param>
/// <param name="views">What is asked for.</param>
/// <param name="limit">Rows of each at most.</param>
/// <param name="clock">The clock.</param>
internal sealed class TopPath(IAgentClient agent, ImmutableArray<TopView> views, int limit, TimeProvider clock)
{
    private ImmutableArray<TopSample> _last = [];

    /// <summary>Whose counters; null for those of the agent's host.</summary>
    public string? Hosts { get; init; }

    /// <summary>What the agent has answered last.</summary>
    public JsonObject? Last { get; private set; }

    /// <summary>Waits, and tells the rates since the last time; the first time since now.</summary>
    public async Task<ImmutableArray<Listing>> NextAsync(TimeSpan interval, CancellationToken cancellation)
    {
        if (_last.IsEmpty)
            _last = await SampleAsync(cancellation);
        await Task.Delay(interval, clock, cancellation);
        var now = await SampleAsync(cancellation);
        var rates = views.Select((view, i) => view.Rates(_last[i], now[i], SecondsBetween(_last[i], now[i]), limit)).ToImmutableArray();
        _last = now;
        return rates;
    }

    private double SecondsBetween(TopSample before, TopSample after) =>
        Math.Max(clock.GetElapsedTime(before.Time, after.Time).TotalSeconds, 0.001);

    private async Task<ImmutableArray<TopSample>> SampleAsync(CancellationToken cancellation)
    {
        var answers = new Dictionary<string, (JsonObject Answer, long Time)>();
        foreach (var target in views.Select(view => view.Target).Distinct())
        {
            Last = await HostsCall.ReadAsync(agent, target, Hosts, "", cancellation);
            answers[target] = (Last, clock.GetTimestamp());
        }
        return [.. views.Select(view => Sample(view, answers[view.Target]))];
    }

    private static TopSample Sample(TopView view, (JsonObject Answer, long Time) told)
    {
        var rows = ImmutableDictionary.CreateBuilder<string, ImmutableArray<long>>();
        foreach (var (name, values) in view.Read(told.Answer))
            rows[name] = rows.TryGetValue(name, out var others) ? [.. others.Zip(values, (left, right) => left + right)] : values;
        return new TopSample(told.Time, rows.ToImmutable());
    }
}
