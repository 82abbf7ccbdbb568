using System.Globalization;
using Fabric.Agent.Description.Keys;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes rules of address translation.</summary>
internal static class NatWriter
{
    /// <summary>The entries of a rule.</summary>
    public static IEnumerable<(string Key, string Value)> Write(NatRule rule, NameWriter names)
    {
        var port = rule.Port is { } id ? names.Of(id) : null;
        var outside = rule.Outside is { } range ? YamlText.Scalar(range.ToString()) : null;
        var inside = rule.Inside is { } address ? YamlText.Scalar(address.ToString()) : null;
        (string Key, string? Value)[] entries = rule.Kind switch
        {
            NatKind.Source => [(NatShape.Source.Name, port), (NatShape.To.Name, outside)],
            NatKind.Destination => [(NatShape.Destination.Name, outside), (NatShape.To.Name, inside)],
            NatKind.Prefix =>
            [
                (NatShape.Prefix.Name, rule.Prefixes is { } pair ? YamlText.Scalar(pair.Outside.ToString()) : null),
                (NatShape.Port.Name, port),
            ],
            NatKind.Nat64 =>
            [
                (NatShape.Embedding.Name, rule.Embedding is { } embedding ? YamlText.Scalar(embedding.ToString()) : null),
                (NatShape.To.Name, outside),
            ],
            NatKind.Static => [(NatShape.Static.Name, outside), (NatShape.To.Name, inside), (NatShape.Port.Name, port)],
        };
        entries =
        [
            .. entries,
            (NatShape.From.Name, (rule.Prefixes?.Inside ?? rule.From) is { } from ? YamlText.Scalar(from.ToString()) : null),
            (NatShape.Protocol.Name, rule.Protocol is { } protocol ? YamlText.Scalar(NumberNames.Protocol.Write(protocol)) : null),
            (NatShape.Ports.Name, rule.Ports is { } ports ? YamlText.Scalar(RuleForms.Write(ports)) : null),
            (NatShape.ToPort.Name, rule.InsidePort?.ToString(CultureInfo.InvariantCulture)),
            (NatShape.Filter.Name, rule.Filtering == NatFiltering.AddressAndPort ? null : NatShape.Filter.Form.WordOf(rule.Filtering)),
            (NatShape.Mode.Name, rule.IsDeterministic ? NatShape.Mode.Form.WordOf(true) : null),
        ];
        return entries.Where(entry => entry.Value is not null).Select(entry => (entry.Key, entry.Value!));
    }
}
