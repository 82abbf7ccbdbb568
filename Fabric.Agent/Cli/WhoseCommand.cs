using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric whose`.</summary>
internal sealed class WhoseCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns = [new("router"), new("rule"), new("station"), new("outside"), new("ports")];

    private readonly Argument<string> _end = new("end")
    {
        Description = "An address and port outside, such as 203.0.113.10:5000 or [2001:db8::1]:5000, or the address of a station.",
        HelpName = "END",
    };

    private readonly Option<string[]> _files = SharedOptions.Offline();

    /// <inheritdoc/>
    public override string Summary => "Tells whose a port outside is, and which ports a station has, by deterministic NAT rules.";

    /// <inheritdoc/>
    public override string Details =>
        "It follows from the description alone (RFC 7422): for a log of some time ago give the description of that time. What other rules translate is seen by `fabric connections` while it lasts.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Arguments.Add(_end);
        command.Options.Add(_files);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var text = call.Line.GetValue(_end)!;
        var (address, port) =
            Read(text) ?? throw new FabricException(CliErrors.Usage, $"'{text}' is no address, and no address with a port behind a colon");
        var topology = await NetworkHost.FindAsync(call.Line.GetValue(_files), call);
        var found =
            from router in topology.Routers.Values
            orderby router.Name
            from rule in router.Nat.Values
            let station = StationOf(rule, address, port)
            where station is not null
            select RowOf(router, rule, station.Value);
        var rows = found.ToImmutableArray();
        if (rows.IsEmpty)
            throw new FabricException(CliErrors.NotFound, $"no deterministic NAT rule has {text}");
        call.Write(new Listing("station", Columns, rows));
        return ExitCode.Ok;
    }

    private static IpAddress? StationOf(NatRule rule, IpAddress address, ushort? port)
    {
        if (FixedPorts.Of(rule) is not { } given)
            return null;
        if (port is { } number)
            return given.TryGoIn(address, number, out var station) ? station : null;
        return given.TryGoOut(address, out _, out _) ? address : null;
    }

    private static ImmutableArray<JsonNode?> RowOf(Router router, NatRule rule, IpAddress station)
    {
        FixedPorts.Of(rule)!.Value.TryGoOut(station, out var outside, out var ports);
        return [$"{router.Name}", rule.Name, $"{station}", $"{outside}", $"{ports.First}-{ports.Last}"];
    }

    private static (IpAddress Address, ushort? Port)? Read(string text)
    {
        if (IpAddress.TryParse(text, out var alone))
            return (alone, null);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return null;
        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        return IpAddress.TryParse(host, out var address) ? (address, port) : null;
    }
}
