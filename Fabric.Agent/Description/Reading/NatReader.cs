using Fabric.Addresses;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads rules of address translation.</summary>
internal static class NatReader
{
    /// <summary>Reads a rule; null after complaining that it is not one kind.</summary>
    public static NatRule? Read(Scope scope, MapReader map, YamlNode.Scalar name)
    {
        Key[] kinds = [NatShape.Source, NatShape.Destination, NatShape.Static, NatShape.Prefix, NatShape.Embedding];
        if (kinds.Count(map.Has) != 1)
        {
            scope.Complain(
                DescriptionErrors.Contradiction,
                name.At,
                $"{map.Title} takes one of 'snat', 'dnat', 'static', 'prefix' and 'nat64'"
            );
            return null;
        }
        var kind =
            map.Has(NatShape.Source) ? NatKind.Source
            : map.Has(NatShape.Destination) ? NatKind.Destination
            : map.Has(NatShape.Static) ? NatKind.Static
            : map.Has(NatShape.Prefix) ? NatKind.Prefix
            : NatKind.Nat64;
        var isOfSources = kind is NatKind.Source or NatKind.Nat64;
        ComplainOfOthers(map, kind);
        var to = map.One(NatShape.To)?.Value;
        var outside = kind == NatKind.Destination ? map.One(NatShape.Destination) : map.One(NatShape.Static);
        var from = map.One(NatShape.From)?.Value;
        var port = scope.Find(DeviceKind.Port, map, kind == NatKind.Source ? NatShape.Source : NatShape.Port);
        return new NatRule
        {
            Name = name.Text,
            Kind = kind,
            Port = port is { } id ? new PortId(id) : null,
            From = isOfSources ? from : null,
            Embedding = map.One(NatShape.Embedding) is { } embedding ? new EmbeddingPrefix(embedding.Value) : null,
            Prefixes =
                kind == NatKind.Prefix && from is { } prefix && map.One(NatShape.Prefix) is { } stands
                    ? new PrefixTranslation(prefix, stands.Value)
                    : null,
            Outside =
                isOfSources ? to
                : outside is { } address ? AddressRange.Only(address.Value)
                : null,
            Ports = map.One(NatShape.Ports)?.Value,
            Protocol = map.One(NatShape.Protocol)?.Value,
            Inside = isOfSources ? null : to?.First,
            InsidePort = map.One(NatShape.ToPort) is { } inside ? (ushort)inside.Value : null,
            Filtering = map.One(NatShape.Filter, NatFiltering.AddressAndPort),
            IsDeterministic = map.One(NatShape.Mode, false),
        };
    }

    private static void ComplainOfOthers(MapReader map, NatKind kind)
    {
        Key[] strangers = kind switch
        {
            NatKind.Source => [NatShape.ToPort, NatShape.Protocol, NatShape.Port],
            NatKind.Nat64 => [NatShape.ToPort, NatShape.Protocol, NatShape.Port, NatShape.Mode],
            NatKind.Destination => [NatShape.From, NatShape.Port, NatShape.Filter, NatShape.Mode],
            NatKind.Prefix => [NatShape.To, NatShape.Ports, NatShape.ToPort, NatShape.Protocol, NatShape.Filter, NatShape.Mode],
            NatKind.Static => [NatShape.From, NatShape.Ports, NatShape.ToPort, NatShape.Protocol, NatShape.Filter, NatShape.Mode],
        };
        var word = kind switch
        {
            NatKind.Source => NatShape.Source.Name,
            NatKind.Destination => NatShape.Destination.Name,
            NatKind.Static => NatShape.Static.Name,
            NatKind.Prefix => NatShape.Prefix.Name,
            NatKind.Nat64 => NatShape.Embedding.Name,
        };
        foreach (var key in strangers.Where(map.Has))
            map.Complain(DescriptionErrors.Contradiction, key, $"{map.Title} has '{key.Name}', which '{word}' does not take");
    }
}
