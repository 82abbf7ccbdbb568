using System.CommandLine;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric show`.</summary>
internal sealed class ShowCommand : CliCommand
{
    private readonly Argument<string?> _kind = new("kind")
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "KIND|NAME",
        Description = "bridges, routers, ports, chains, rules, routes, sets, groups, hosts, or a device's name.",
    };

    private readonly Argument<string[]> _names = new("names")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "NAME",
        Description = "Only these.",
    };
    private readonly Option<string?> _tenant = new("--tenant", "-t") { HelpName = "TENANT", Description = "Only devices of this tenant." };
    private readonly Option<string[]> _files = SharedOptions.Offline();

    /// <inheritdoc/>
    public override string Summary => "Shows the devices of the network.";

    /// <inheritdoc/>
    public override string Details =>
        "Without a kind it counts the devices; `fabric ports` and `fabric port list` are the same as `fabric show ports`.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _kind.CompletionSources.Add([.. DeviceListings.Words]);
        _names.CompletionSources.Add(LiveNames.OfKind);
        command.Arguments.Add(_kind);
        command.Arguments.Add(_names);
        command.Options.Add(_tenant);
        command.Options.Add(_files);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var topology = await NetworkHost.FindAsync(call.Line.GetValue(_files), call);
        var names = call.Line.GetValue(_names)!;
        if (call.Line.GetValue(_kind) is not { } word)
            call.Write(DeviceListings.Summary(topology));
        else if (DeviceListings.Find(word) is { } list)
            call.Write(Filter(list(topology), names, call));
        else
            ShowDevices(topology, [word, .. names], call);
        return ExitCode.Ok;
    }

    private Listing Filter(Listing listing, string[] names, CommandCall call)
    {
        var tenant = call.Line.GetValue(_tenant);
        var rows = listing.Rows.Where(row => tenant is null || Listing.Text(row[0]).StartsWith($"{tenant}/", StringComparison.Ordinal));
        if (names.Length == 0)
            return listing with { Rows = [.. rows] };
        var known = rows.ToList();
        foreach (var name in names)
        {
            if (!known.Any(row => IsCalled(Listing.Text(row[0]), name)))
                throw NotFound($"there is no {listing.Kind} '{name}'", name, known.Select(row => Listing.Text(row[0])));
        }
        return listing with { Rows = [.. known.Where(row => names.Any(name => IsCalled(Listing.Text(row[0]), name)))] };
    }

    private static void ShowDevices(TopologySnapshot topology, string[] names, CommandCall call)
    {
        foreach (var name in names)
        {
            var found = topology.Names.Keys.Where(key => IsCalled(key.Name.ToString(), name)).ToArray();
            if (found.Length == 0)
                throw NotFound(
                    $"there is no device '{name}'",
                    name,
                    topology.Names.Keys.Select(key => key.Name.ToString()).Concat(DeviceListings.Words)
                );
            if (found.Length > 1 && found.Select(key => key.Kind).Distinct().Count() < found.Length)
                throw Ambiguous(name, found);
            foreach (var (kind, device) in found)
                call.Write(Only(DeviceListings.Find(Nouns.Many(kind))!(topology), device));
        }
    }

    private static Listing Only(Listing listing, DeviceName name) =>
        listing with
        {
            Rows = [.. listing.Rows.Where(row => Listing.Text(row[0]) == name.ToString())],
        };

    private static bool IsCalled(string whole, string name) => whole == name || whole.EndsWith($"/{name}", StringComparison.Ordinal);

    private static FabricException NotFound(string what, string name, IEnumerable<string> candidates) =>
        new(CliErrors.NotFound, what, remedy: NameHint.Of(name, candidates));

    private static FabricException Ambiguous(string name, (DeviceKind Kind, DeviceName Name)[] found)
    {
        var list = string.Join(", ", found.Select(key => $"{Nouns.One(key.Kind)} {key.Name}"));
        return new FabricException(CliErrors.Ambiguous, $"'{name}' could be {list}");
    }
}
