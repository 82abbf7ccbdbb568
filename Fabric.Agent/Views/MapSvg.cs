using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Views;

/// <summary>The map as a picture that stands for itself: SVG 1.1, in light colours, everything of it at the scale at which ports are seen.</summary>
internal static class MapSvg
{
    /// <summary>The media type.</summary>
    public const string Type = "image/svg+xml";

    private const int Margin = 28;
    private const double LetterWidth = 6.8; // of the type that names are in, about
    private const int Inset = 12;

    private const string Style =
        "text{font:12px system-ui,sans-serif;fill:#17202b}.tile,.name{font-weight:600;font-size:13px}.note{fill:#515f70;font-size:10.5px;text-anchor:end}"
        + "rect{fill:#fbfcfe;stroke:#b4bfcb;stroke-width:1.25}.tenant{fill:#fff}.bad{stroke:#b3261e;stroke-width:2.5}.off{stroke-dasharray:4 3}"
        + "path{fill:none;stroke:#515f70;stroke-width:1.5}.binding{stroke:#b4bfcb;stroke-width:1;stroke-dasharray:5 4}";

    /// <summary>The picture.</summary>
    /// <param name="map">What <see cref="MapView"/> tells.</param>
    public static string Of(JsonObject map)
    {
        var svg = new StringBuilder();
        var (left, width, height) = (Number(map["left"]), Number(map["width"]), Number(map["height"]));
        Line(
            svg,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{left - Margin} {-Margin} {width + 2 * Margin} {height + 2 * Margin}\" width=\"{width + 2 * Margin}\" height=\"{height + 2 * Margin}\">"
        );
        Line(svg, $"<title>Network at position {Number(map["position"])}</title>");
        Line(svg, $"<style>{Style}</style>");
        var nodes = Items(map["nodes"]).ToDictionary(node => (string)node["id"]!);
        foreach (var tenant in Items(map["tenants"]))
            Tenant(svg, tenant);
        foreach (var link in Items(map["links"]))
        {
            if (nodes.TryGetValue((string)link["from"]!, out var from) && nodes.TryGetValue((string)link["to"]!, out var to))
                Curve(svg, "link", from, to);
        }
        foreach (var port in nodes.Values)
        {
            if ((string?)port["host"] is { } id && nodes.TryGetValue(id, out var host))
                Curve(svg, "binding", port, host);
        }
        foreach (var node in nodes.Values)
            Node(svg, node);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Tenant(StringBuilder svg, JsonObject tenant)
    {
        var (x, y, _, _) = Box(tenant);
        Rectangle(svg, tenant, "tenant", 12);
        Line(svg, $"<text class=\"name\" x=\"{x + 20}\" y=\"{y + 26}\">{Escape((string)tenant["name"]!)}</text>");
    }

    private static void Node(StringBuilder svg, JsonObject node)
    {
        var (x, y, width, height) = Box(node);
        var (kind, name, state) = ((string)node["kind"]!, (string)node["name"]!, (string?)node["state"]);
        var note = state ?? (kind == "port" ? "" : kind);
        var look =
            state is null ? "node"
            : state is "admin down" or "unbound" ? "off"
            : "bad";
        Line(svg, $"<g><title>{Escape($"{kind} {Whole(node)}{(state is null ? "" : $": {state}")}")}</title>");
        Rectangle(svg, node, look, kind == "router" ? height / 2 : 6);
        var room = width - 2 * Inset - (note.Length == 0 ? 0 : note.Length * LetterWidth);
        var middle = y + height / 2 + 4;
        Line(svg, $"<text{(kind == "port" ? "" : " class=\"tile\"")} x=\"{x + Inset}\" y=\"{middle}\">{Escape(Cut(name, room))}</text>");
        if (note.Length > 0)
            Line(svg, $"<text class=\"note\" x=\"{x + width - Inset}\" y=\"{middle}\">{Escape(note)}</text>");
        Line(svg, $"</g>");
    }

    private static void Rectangle(StringBuilder svg, JsonObject node, string look, long radius)
    {
        var (x, y, width, height) = Box(node);
        Line(svg, $"<rect class=\"{look}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>");
    }

    private static void Curve(StringBuilder svg, string look, JsonObject from, JsonObject to)
    {
        var (upper, lower) = Number(from["y"]) <= Number(to["y"]) ? (Box(from), Box(to)) : (Box(to), Box(from));
        var isBeside = upper.Y == lower.Y;
        var (x1, y1) = (upper.X + upper.Width / 2, isBeside ? upper.Y : upper.Y + upper.Height);
        var (x2, y2) = (lower.X + lower.Width / 2, lower.Y);
        var bend = isBeside ? -28 : (y2 - y1) / 2;
        Line(svg, $"<path class=\"{look}\" d=\"M{x1} {y1}C{x1} {y1 + bend} {x2} {(isBeside ? y2 + bend : y2 - bend)} {x2} {y2}\"/>");
    }

    private static string Whole(JsonObject node) =>
        (string)node["tenant"]! is { Length: > 0 } tenant ? $"{tenant}/{node["name"]}" : $"{node["name"]}";

    private static string Cut(string name, double room)
    {
        var letters = Math.Max(1, (int)(room / LetterWidth));
        return name.Length <= letters ? name : $"{name[..(letters - 1)]}…";
    }

    private static (long X, long Y, long Width, long Height) Box(JsonObject node) =>
        (Number(node["x"]), Number(node["y"]), Number(node["w"]), Number(node["h"]));

    private static IEnumerable<JsonObject> Items(JsonNode? items) => (items as JsonArray ?? []).OfType<JsonObject>();

    // What is made here has the types that it was made with, what is read from an answer any.
    private static long Number(JsonNode? value) => long.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
