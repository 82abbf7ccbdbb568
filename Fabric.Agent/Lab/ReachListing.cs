using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Cli.Output;

namespace Fabric.Agent.Lab;

/// <summary>Who reaches whom, as a table: a row a sender, a column a receiver.</summary>
internal static class ReachListing
{
    /// <summary>Most stations of which a table is made.</summary>
    public const int MaxGuests = 8;

    /// <summary>The table; null for more stations than a line has room for.</summary>
    public static Listing? Of(ImmutableArray<Guest> guests, ImmutableArray<Reach> reaches) =>
        guests.Length > MaxGuests
            ? null
            : new(
                "reach",
                [new("from"), .. guests.Select(guest => new Column(guest.Port.Name))],
                [
                    .. guests.Select(from =>
                        (ImmutableArray<JsonNode?>)[from.Port.Name, .. guests.Select(to => (JsonNode?)Cell(reaches, from, to))]
                    ),
                ]
            );

    private static string? Cell(ImmutableArray<Reach> reaches, Guest from, Guest to)
    {
        if (from == to)
            return null;
        var times = reaches.Where(reach => reach.From == from && reach.To == to).OrderBy(reach => reach.Family).Select(Text);
        return string.Join(" / ", times) + " ms";
    }

    private static string Text(Reach reach) =>
        reach.RoundTrip is { } time
            ? time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture)
            : $"no IPv{(reach.Family == IpFamily.V4 ? 4 : 6)}";
}
