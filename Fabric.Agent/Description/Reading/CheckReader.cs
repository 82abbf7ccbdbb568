using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads the health check of a pool.</summary>
internal static class CheckReader
{
    private static readonly HealthCheck Usual = new();

    /// <summary>Reads a check; null if its kind is missing or cannot be read, which is complained of.</summary>
    public static HealthCheck? Read(Scope scope, MapReader pool, YamlNode node)
    {
        var map = MapReader.Open(node, CheckShape.Shape, $"check of {pool.Title}", pool.PlaceOf(PoolShape.Check), scope.Draft.Problems);
        if (map.One(CheckShape.Kind) is not { } kind)
            return null;
        foreach (var key in new Key[] { CheckShape.Path, CheckShape.Host, CheckShape.Status })
            Demand(map, key, kind.Value, HealthCheckKind.Http, HealthCheckKind.Https);
        Demand(map, CheckShape.Send, kind.Value, HealthCheckKind.Udp);
        var interval = map.One(CheckShape.Interval, Usual.IntervalMilliseconds);
        return new HealthCheck
        {
            Kind = kind.Value,
            Port = map.One(CheckShape.Port) is { } port ? (ushort)port.Value : null,
            IntervalMilliseconds = interval,
            TimeoutMilliseconds = map.One(CheckShape.Timeout, Math.Min(Usual.TimeoutMilliseconds, interval)),
            Rise = (byte)map.One(CheckShape.Rise, Usual.Rise),
            Fall = (byte)map.One(CheckShape.Fall, Usual.Fall),
            Path = map.One(CheckShape.Path, Usual.Path),
            Host = map.One(CheckShape.Host)?.Value,
            Status = map.One(CheckShape.Status, Usual.Status),
            Payload = map.One(CheckShape.Send, Usual.Payload),
        };
    }

    private static void Demand(MapReader map, Key key, HealthCheckKind kind, params ReadOnlySpan<HealthCheckKind> wanted)
    {
        if (!map.Has(key) || wanted.Contains(kind))
            return;
        var words = string.Join(" and ", wanted.ToArray().Select(CheckShape.Kind.Form.WordOf));
        map.Complain(DescriptionErrors.Contradiction, key, $"{map.Title} has '{key.Name}', which is for kind {words} alone");
    }
}
