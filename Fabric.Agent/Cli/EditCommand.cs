using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Editing;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>What `fabric add`, `set` and `del` have in common: one named thing of the network's description is changed, and the whole applied.</summary>
internal abstract class EditCommand : CliCommand
{
    private readonly Argument<string> _kind = new Argument<string>("kind")
    {
        Description = "bridge, router, port, chain, set, group, host, rule, router-port, route, nat, pool or balancer.",
        HelpName = "KIND",
    }.AcceptOnlyFromAmong([.. DescriptionPlace.Kinds]);

    private readonly Argument<string> _name = new("name")
    {
        Description = "TENANT/NAME; TENANT/CHAIN/NAME of a rule, TENANT/ROUTER/NAME of a part of a router, a host's name alone.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Decide, and tell what would change, but change nothing." };

    private readonly Option<string> _reason = new("--reason", "-m")
    {
        Description = "Why, for the journal.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private readonly WaitOption _wait = new();

    /// <summary>The keys and values, KEY=VALUE each; null where the command takes none.</summary>
    protected virtual Argument<string[]>? Values => null;

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _name.CompletionSources.Add(LiveNames.OfKind);
        command.Arguments.Add(_kind);
        command.Arguments.Add(_name);
        if (Values is { } values)
            command.Arguments.Add(values);
        command.Options.Add(_dryRun);
        command.Options.Add(_reason);
        _wait.AddTo(command);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var place = PlaceOf(call);
        var values = Values is { } argument ? ReadValues(call.Line.GetValue(argument) ?? []) : ImmutableDictionary<string, JsonNode?>.Empty;
        await using var agent = AgentSession.Open(call.Socket);
        var topology = await agent.TopologyAsync(call.Cancellation);
        var tree = DescriptionTree.Of(topology);
        Edit(tree, place, values, call);
        var change = Read(topology, tree, place);
        var changes = ChangeListing.Of(change.Before, change.After);
        var isDry = call.Line.GetValue(_dryRun);
        var clock = new WaitClock(TimeProvider.System);
        var answer = new SubmitAnswer(topology.Position, 0, null);
        if (!change.Events.IsEmpty && !isDry)
            answer = await SubmissionPath.RunAsync(
                agent,
                change,
                ImmutableDictionary<DeviceRef, SourcePosition>.Empty,
                call.Line.GetValue(_reason)!,
                call.Cancellation
            );
        if (call.Format is not null)
            call.Write(changes);
        call.Note(ChangeListing.Words(changes) + (isDry ? " (dry run, nothing was changed)" : ""));
        return isDry ? ExitCode.Ok : await WaitPath.RunAsync(_wait, agent, answer, clock, call);
    }

    /// <summary>Changes the description.</summary>
    protected abstract void Edit(JsonObject root, DescriptionPlace place, IReadOnlyDictionary<string, JsonNode?> values, CommandCall call);

    /// <summary>What is told if the description is none any more. Its places are those of a text that nobody has written, and are not told.</summary>
    protected virtual FabricException Explain(FabricException failure, TopologySnapshot topology, DescriptionPlace place) =>
        new([.. failure.Problems.Select(problem => problem with { At = null })]);

    private DescriptionPlace PlaceOf(CommandCall call)
    {
        var (kind, name) = (call.Line.GetValue(_kind)!, call.Line.GetValue(_name)!);
        return DescriptionPlace.Find(kind, name)
            ?? throw new FabricException([
                new Problem(CliErrors.Usage, $"'{name}' is no name of a {kind}") { Remedy = $"write {DescriptionPlace.NotationOf(kind)}" },
            ]);
    }

    private static ImmutableDictionary<string, JsonNode?> ReadValues(string[] words)
    {
        var values = ImmutableDictionary.CreateBuilder<string, JsonNode?>();
        foreach (var word in words)
        {
            var sign = word.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0)
                throw new FabricException([new Problem(CliErrors.Usage, $"'{word}' is not KEY=VALUE")]);
            values[word[..sign]] = sign == word.Length - 1 ? null : DescriptionTree.Parse(word[(sign + 1)..]);
        }
        return values.ToImmutable();
    }

    /// <summary>Reads the description again, as `fabric apply` does.</summary>
    private DescriptionChange Read(TopologySnapshot topology, JsonObject tree, DescriptionPlace place)
    {
        try
        {
            var source = new SourceText("-", JsonText.Format(tree));
            var described = DescriptionReader.Read([source], DeviceIds.Keeping(topology, NetworkHost.RandomId));
            return DescriptionChange.Of(topology, described, isPruning: true);
        }
        catch (FabricException failure)
        {
            throw Explain(failure, topology, place);
        }
    }
}
