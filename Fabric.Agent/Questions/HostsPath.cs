using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Membership;

namespace Fabric.Agent.Questions;

/// <summary>Gathers what hosts tell of themselves: this one, and others that are asked for it.</summary>
/// <remarks>Any thread. What a host told last is kept, so that one which falls silent is shown as it was, with its age.</remarks>
/// <param name="agent">This host's agent.</param>
/// <param name="own">Tells what this host knows; null for a question that is not understood.</param>
/// <param name="ask">Asks another host; null where agents exchange no messages.</param>
/// <param name="clock">The clock.</param>
internal sealed class HostsPath(
    AgentHost agent,
    Func<HostQuestion, Task<JsonObject?>> own,
    Func<HostId, HostQuestion, Task<byte[]?>>? ask,
    TimeProvider clock
)
{
    /// <summary>Stands for every host that is described.</summary>
    public const string All = "all";

    /// <summary>Hosts that are asked at once at most.</summary>
    public const int MaxHosts = 256;

    private const int MaxKept = 1024;
    private const int MaxKeptBytes = 32 << 10;

    private static readonly TimeSpan s_keptFor = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<(HostId Host, HostQuestion Question), Told> _told = new();

    /// <summary>The hosts that are meant, by name.</summary>
    /// <param name="names">Names with commas between, or <see cref="All"/>; null for this host.</param>
    /// <param name="unknown">The first name that is no host's.</param>
    public ImmutableArray<HostId> Find(string? names, out string? unknown)
    {
        unknown = null;
        if (names is null)
            return [agent.Self];
        var topology = agent.View.Topology;
        if (names == All)
            return [.. topology.Hosts.Values.OrderBy(host => host.Name).Select(host => host.Id)];
        var found = ImmutableArray.CreateBuilder<HostId>();
        foreach (var name in names.Split(',').Distinct())
        {
            if (topology.Find(DeviceKind.Host, new DeviceName("", name)) is Fabric.Devices.Host host)
                found.Add(host.Id);
            else
                unknown ??= name;
        }
        return found.ToImmutable();
    }

    /// <summary>Asks hosts, all at once; ends within <see cref="HostQuestions.Patience"/> and a little.</summary>
    /// <param name="hosts">Whom.</param>
    /// <param name="question">What.</param>
    /// <returns>A report of each, in the order of the hosts.</returns>
    public async Task<HostReport[]> AskAsync(ImmutableArray<HostId> hosts, HostQuestion question)
    {
        var live = agent
            .Hive.Membership.View.Members.Where(member => member.State is MemberState.Live or MemberState.Joining)
            .Select(member => member.Host)
            .ToHashSet();
        return await Task.WhenAll(hosts.Select((host, place) => AskAsync(host, question, place < MaxHosts, live.Contains(host))));
    }

    private async Task<HostReport> AskAsync(HostId host, HostQuestion question, bool isAsked, bool isLive)
    {
        var name = agent.View.Topology.Hosts.GetValueOrDefault(host)?.Name.Name ?? $"{host}";
        if (host == agent.Self)
            return new HostReport(name, HostReportState.Answered, TimeSpan.Zero, await own(question));
        var state =
            !isAsked ? HostReportState.Skipped
            : !isLive || ask is null ? HostReportState.Unreachable
            : HostReportState.Silent;
        if (state == HostReportState.Silent && IsFresh(host, question))
            state = HostReportState.Answered;
        else if (state == HostReportState.Silent && await ask!(host, question) is { } packed && AnswerText.Unpack(packed) is { } answer)
        {
            Keep((host, question), packed);
            return new HostReport(name, HostReportState.Answered, TimeSpan.Zero, answer);
        }
        if (!_told.TryGetValue((host, question), out var told) || clock.GetElapsedTime(told.Time) > s_keptFor)
            return new HostReport(name, state, null, null);
        return new HostReport(name, state, clock.GetElapsedTime(told.Time), AnswerText.Unpack(told.Packed));
    }

    private bool IsFresh(HostId host, HostQuestion question) =>
        _told.TryGetValue((host, question), out var told) && clock.GetElapsedTime(told.Time) <= HostQuestions.FreshFor;

    private void Keep((HostId, HostQuestion) key, byte[] packed)
    {
        if (packed.Length > MaxKeptBytes)
            return;
        // Who filters as he types asks something else with each letter.
        if (_told.Count >= MaxKept)
            _told.Clear();
        _told[key] = new Told(packed, clock.GetTimestamp());
    }

    private sealed record Told(byte[] Packed, long Time);
}
