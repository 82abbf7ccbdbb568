using System.Text.Json.Nodes;
using Fabric.Agent.Questions;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>What a device, or each link between devices, has carried at each host: what sparklines and the links of the map are made of.</summary>
/// <remarks>
/// A host counts the packets that come in at it, so a device is counted at many. Their figures stay apart: one that falls silent must not look like traffic
/// that goes away, nor like a burst when it speaks again.
/// </remarks>
internal static class CarriedView
{
    /// <summary>What asks hosts for the ports by which devices are linked, and no others.</summary>
    public const string LinkPorts = "link:";

    /// <summary>What asks hosts for one device.</summary>
    public static string QuestionOf(string kind, DeviceName name) => kind == "chain" ? $"{name}" : $"{kind}:{name}";

    /// <summary>What one device has carried; a chain what its rules have matched.</summary>
    public static JsonObject OfDevice(IReadOnlyList<HostReport> reports, string kind, DeviceName name) =>
        new()
        {
            ["hosts"] = HostsView.Hosts(reports),
            ["items"] = new JsonArray([
                .. from report in reports
                where report.Answer is not null
                let told = kind == "chain"
                    ? HostsView.Traffic([report])["rules"]!.AsArray().Where(rule => (string)rule!["chain"]! == $"{name}")
                    : Named(report, kind, $"{name}")
                select (JsonNode)
                    new JsonObject
                    {
                        ["host"] = report.Host,
                        ["kind"] = kind,
                        ["name"] = $"{name}",
                        ["packets"] = told.Sum(item => (long)item!["packets"]!),
                        ["bytes"] = told.Sum(item => (long)item!["bytes"]!),
                    },
            ]),
        };

    /// <summary>What each link has carried: what has passed both its ports.</summary>
    public static JsonObject OfLinks(IReadOnlyList<HostReport> reports, TopologySnapshot topology)
    {
        MapLink[] links = [.. MapLink.Of(topology)];
        return new JsonObject
        {
            ["hosts"] = HostsView.Hosts(reports),
            ["items"] = new JsonArray([.. reports.Where(report => report.Answer is not null).SelectMany(report => LinksAt(report, links))]),
        };
    }

    private static IEnumerable<JsonNode> LinksAt(HostReport report, MapLink[] links)
    {
        var ports = HostsView.Traffic([report])["devices"]!
            .AsArray()
            .Where(item => (string)item!["kind"]! == "port")
            .ToDictionary(item => (string)item!["name"]!, item => item!);
        return from link in links
            let ends = new[] { ports.GetValueOrDefault($"{link.Port.Name}"), ports.GetValueOrDefault($"{link.Peer.Name}") }
            // What one end's rules drop is counted at that end alone, and has not crossed.
            where ends[0] is not null && ends[1] is not null
            select (JsonNode)
                new JsonObject
                {
                    ["host"] = report.Host,
                    ["kind"] = "link",
                    ["name"] = $"{link.Port.Name} {link.Peer.Name}",
                    ["packets"] = ends.Min(end => (long)end!["packets"]!),
                    ["bytes"] = ends.Min(end => (long)end!["bytes"]!),
                };
    }

    private static IEnumerable<JsonNode?> Named(HostReport report, string kind, string name) =>
        HostsView.Traffic([report])["devices"]!.AsArray().Where(item => (string)item!["kind"]! == kind && (string)item["name"]! == name);
}
