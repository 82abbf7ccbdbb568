using System.Collections.Immutable;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Cli.Watching;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>Every listing that a command writes, without its rows.</summary>
/// <remarks>What `lab` tells who reaches whom has a column a station, and is not among them.</remarks>
internal static class ListingCatalog
{
    /// <summary>By the command line that writes it.</summary>
    public static ImmutableSortedDictionary<string, Listing> All { get; } =
        Of().ToImmutableSortedDictionary(entry => entry.Line, entry => entry.Form, StringComparer.Ordinal);

    private static IEnumerable<(string Line, Listing Form)> Of()
    {
        yield return ("show", DeviceListings.Summary(TopologySnapshot.Empty));
        foreach (var word in DeviceListings.Words)
            yield return ($"show {word}", DeviceListings.Find(word)!(TopologySnapshot.Empty));
        foreach (var view in TopView.All)
            yield return ($"top {view.Name}", view.Rates(TopSample.Empty, TopSample.Empty, 1, 0));
        var changes = ChangeListing.Of(TopologySnapshot.Empty, TopologySnapshot.Empty);
        foreach (var line in (string[])["add", "apply", "del", "diff", "set", "undo"])
            yield return (line, changes);
        yield return ("actors", new Listing("actor", ActorsCommand.Columns, []));
        yield return ("alarms", new Listing("alarm", AlarmsCommand.Standing, []));
        yield return ("alarms --history", new Listing("alarm", AlarmsCommand.Past, []));
        yield return ("balancers", new Listing("member", BalancersCommand.Columns, []));
        yield return ("connections", new Listing("connection", ConnectionsCommand.Columns, []));
        foreach (var by in ConnectionsCommand.Counted)
            yield return ($"connections --count={by}", ConnectionsCommand.Count([], by));
        yield return ("doctor", new Listing("check", DoctorCommand.Columns, []));
        yield return ("drops", new Listing("drop", DropsCommand.Columns, []));
        yield return ("events", new Listing("event", EventsCommand.Columns, []));
        yield return ("events --changes", new Listing("event", EventsCommand.ColumnsWithChanges, []));
        yield return ("flows", new Listing("flow", FlowsCommand.Columns, []));
        yield return ("journal", new Listing("journal", JournalCommand.Columns, []));
        yield return ("nodes", new Listing("node", NodesCommand.Columns, []));
        yield return ("validate", ValidateCommand.ListingOf([]));
        yield return ("version", new Listing("version", VersionCommand.Columns, []));
        yield return ("whose", new Listing("station", WhoseCommand.Columns, []));
    }
}
