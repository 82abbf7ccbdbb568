using System.Collections.Immutable;
using System.Globalization;
using Fabric.Addresses;
using Fabric.Agent.Description.Expectations;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads assertions; their names are looked up when all devices are declared.</summary>
internal static class ExpectReader
{
    private static readonly ImmutableArray<Key> PacketKeys =
    [
        .. ExpectShape.Shape.Keys.Where(key => key != ExpectShape.Name && key != ExpectShape.Isolate),
    ];

    /// <summary>Reads one; null after complaining.</summary>
    public static Expectation? Read(Draft draft, YamlNode node, IReadOnlyCollection<string> tenants)
    {
        var map = MapReader.Open(node, ExpectShape.Shape, "this expectation", node.At, draft.Problems);
        var name = map.One(ExpectShape.Name)?.Value ?? string.Create(CultureInfo.InvariantCulture, $"line {node.At.Line}");
        return map.Has(ExpectShape.Isolate) ? ReadIsolation(draft, map, name, tenants) : ReadPacket(draft, map, name);
    }

    private static Expectation.Isolation? ReadIsolation(Draft draft, MapReader map, string name, IReadOnlyCollection<string> tenants)
    {
        if (PacketKeys.FirstOrDefault(map.Has) is { } other)
            map.Complain(
                DescriptionErrors.Contradiction,
                other,
                $"{map.Title} has both 'isolate' and '{other.Name}'",
                "'isolate' stands alone"
            );
        var isolated = map.Several(ExpectShape.Isolate);
        foreach (var tenant in isolated.Where(tenant => !tenants.Contains(tenant.Value)))
        {
            var nearest = NearestWord.Find(tenant.Value, tenants);
            var remedy = nearest is null ? null : $"did you mean '{nearest}'?";
            draft.Problems.Add(
                new Problem(DescriptionErrors.UnknownName, $"there is no tenant '{tenant.Value}'") { At = tenant.At, Remedy = remedy }
            );
        }
        if (isolated.Length < 2)
            map.Complain(
                DescriptionErrors.WrongValue,
                ExpectShape.Isolate,
                "'isolate' needs two tenants",
                "one is always isolated from itself"
            );
        return new Expectation.Isolation(name, map.At, [.. isolated.Select(tenant => tenant.Value)]);
    }

    private static Expectation.Packet? ReadPacket(Draft draft, MapReader map, string name)
    {
        var from = map.One(ExpectShape.From);
        var to = map.One(ExpectShape.To);
        foreach (var key in (ReadOnlySpan<Key>)[ExpectShape.From, ExpectShape.To])
        {
            if (!map.Has(key))
                map.Complain(
                    DescriptionErrors.MissingKey,
                    key,
                    $"{map.Title} has no '{key.Name}'",
                    remedy: $"add '{key.Name}: ...', {key.Form.Words}"
                );
        }
        if (from is not { } sender || to is not { } receiver)
            return null;
        var isAddress = IpAddress.TryParse(receiver.Value, out var address);
        var fromPort = FindPort(draft, sender);
        var toPort = isAddress ? null : FindPort(draft, receiver);
        var (kind, port) = ReadProbe(map);
        if (fromPort is not { } ingress || (!isAddress && toPort is null))
            return null;
        return new Expectation.Packet(name, map.At)
        {
            From = ingress,
            ToPort = toPort,
            ToAddress = isAddress ? address : null,
            Source = map.One(ExpectShape.Source)?.Value,
            Kind = kind,
            Port = port,
            Family = map.One(ExpectShape.Ip)?.Value,
            Result = map.One(ExpectShape.Result, ExpectedResult.Delivered),
            By = map.One(ExpectShape.By)?.Value,
        };
    }

    private static (ProbeKind Kind, ushort Port) ReadProbe(MapReader map)
    {
        ReadOnlySpan<Key> kinds = [ExpectShape.Tcp, ExpectShape.Udp, ExpectShape.Icmp];
        Key? first = null;
        foreach (var key in kinds)
        {
            if (map.Has(key) && first is not null)
                map.Complain(
                    DescriptionErrors.Contradiction,
                    key,
                    $"{map.Title} has both '{first.Name}' and '{key.Name}'",
                    "one packet is tried",
                    "make two of it"
                );
            first = map.Has(key) ? first ?? key : first;
        }
        if (map.One(ExpectShape.Tcp) is { } tcp)
            return (ProbeKind.Tcp, (ushort)tcp.Value);
        if (map.One(ExpectShape.Udp) is { } udp)
            return (ProbeKind.Udp, (ushort)udp.Value);
        map.One(ExpectShape.Icmp);
        return (ProbeKind.Icmp, 0);
    }

    /// <summary>A port by its whole name, or by its own if only one tenant has such.</summary>
    private static PortId? FindPort(Draft draft, Located<string> name) =>
        draft.ResolveAnywhere(DeviceKind.Port, name) is { } port ? new PortId(port.Id) : null;
}
