using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Devices;

namespace Fabric.Agent.Description.Editing;

/// <summary>Where something stands in a description: a device, or a part of one that has a name.</summary>
/// <param name="Kind">What it is, as the command line calls it.</param>
/// <param name="Name">Its whole name.</param>
/// <param name="Way">The keys from the root to what holds it.</param>
/// <param name="IsListed">It is an item of a list, which has its name as a key; else an entry of a map.</param>
internal sealed record DescriptionPlace(string Kind, string Name, ImmutableArray<string> Way, bool IsListed)
{
    // The parts of the whole name, then the keys: {0} is the tenant, {1} what is of it.
    private static readonly ImmutableArray<(string Kind, int Parts, string[] Way, bool IsListed)> s_kinds =
    [
        ("host", 1, ["hosts"], false),
        ("bridge", 2, ["tenants", "{0}", "bridges"], false),
        ("router", 2, ["tenants", "{0}", "routers"], false),
        ("port", 2, ["tenants", "{0}", "ports"], false),
        ("chain", 2, ["tenants", "{0}", "chains"], false),
        ("set", 2, ["tenants", "{0}", "sets"], false),
        ("group", 2, ["tenants", "{0}", "groups"], false),
        ("rule", 3, ["tenants", "{0}", "chains", "{1}"], true),
        ("router-port", 3, ["tenants", "{0}", "routers", "{1}", "ports"], false),
        ("route", 3, ["tenants", "{0}", "routers", "{1}", "routes"], false),
        ("nat", 3, ["tenants", "{0}", "routers", "{1}", "nat"], false),
        ("pool", 3, ["tenants", "{0}", "routers", "{1}", "pools"], false),
        ("balancer", 3, ["tenants", "{0}", "routers", "{1}", "balancers"], false),
    ];

    /// <summary>All kinds.</summary>
    public static IEnumerable<string> Kinds => s_kinds.Select(kind => kind.Kind);

    /// <summary>The last part of the name.</summary>
    public string OwnName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>What such a name looks like; null if there is no such kind.</summary>
    public static string? NotationOf(string kind) =>
        s_kinds.FirstOrDefault(known => known.Kind == kind) switch
        {
            (null, _, _, _) => null,
            { Parts: 1 } => "NAME",
            { Parts: 2 } => "TENANT/NAME",
            { Way: var way } => $"TENANT/{way[2][..^1].ToUpperInvariant()}/NAME",
        };

    /// <summary>Where a kind and a whole name lead; null if the name is none of the kind's.</summary>
    public static DescriptionPlace? Find(string kind, string name)
    {
        var known = s_kinds.FirstOrDefault(known => known.Kind == kind);
        var parts = name.Split('/');
        if (known.Kind is null || parts.Length != known.Parts || !parts.All(part => DeviceName.IsLegalPart(part)))
            return null;
        return new DescriptionPlace(
            kind,
            name,
            [
                .. known.Way.Select(key =>
                    key switch
                    {
                        "{0}" => parts[0],
                        "{1}" => parts[1],
                        _ => key,
                    }
                ),
            ],
            known.IsListed
        );
    }

    /// <summary>What holds it in a description; null if there is none.</summary>
    /// <param name="root">The description.</param>
    /// <param name="isMade">Maps on the way that are missing are made; not what it is a part of.</param>
    public JsonNode? HolderIn(JsonObject root, bool isMade)
    {
        JsonNode? holder = root;
        for (var i = 0; i < Way.Length; i++)
        {
            if (holder is not JsonObject map)
                return null;
            // A rule's chain and a route's router must be there; a tenant begins with its first device.
            var isPart = i == 3;
            if (map[Way[i]] is null && (isPart ? map.ContainsKey(Way[i]) : isMade))
                map[Way[i]] = IsListed && i == Way.Length - 1 ? new JsonArray() : new JsonObject();
            holder = map[Way[i]];
        }
        return holder;
    }
}
