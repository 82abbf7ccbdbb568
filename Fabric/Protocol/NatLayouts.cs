using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of rules of address translation.</summary>
internal static class NatLayouts
{
    private static readonly Layout<AddressRange> _range = new Layout<AddressRange>("address range", default)
        .Required(1, ValueCodec.Ip, range => range.First, (range, first) => range with { First = first })
        .Required(2, ValueCodec.Ip, range => range.Last, (range, last) => range with { Last = last });

    private static readonly Layout<PrefixTranslation> _prefixes = new Layout<PrefixTranslation>("pair of prefixes", default)
        .Required(1, ValueCodec.Prefix, pair => pair.Inside, (pair, inside) => pair with { Inside = inside })
        .Required(2, ValueCodec.Prefix, pair => pair.Outside, (pair, outside) => pair with { Outside = outside });

    public static Layout<NatRule> Rule { get; } =
        new Layout<NatRule>("NAT rule", new NatRule { Name = "", Kind = default })
            .Required(1, ValueCodec.Text, rule => rule.Name, (rule, name) => rule with { Name = name }, since: 4)
            .Required(2, ValueCodec.Enum<NatKind>(), rule => rule.Kind, (rule, kind) => rule with { Kind = kind }, since: 4)
            .Optional(3, ValueCodec.OrNull(ValueCodec.Port), rule => rule.Port, (rule, port) => rule with { Port = port })
            .Optional(4, ValueCodec.OrNull(ValueCodec.Prefix), rule => rule.From, (rule, from) => rule with { From = from })
            .Optional(5, ValueCodec.OrNull(_range), rule => rule.Outside, (rule, outside) => rule with { Outside = outside })
            .Optional(6, ValueCodec.OrNull(RuleLayouts.Ports), rule => rule.Ports, (rule, ports) => rule with { Ports = ports })
            .Optional(7, ValueCodec.OrNull(ValueCodec.UInt8), rule => rule.Protocol, (rule, protocol) => rule with { Protocol = protocol })
            .Optional(8, ValueCodec.OrNull(ValueCodec.Ip), rule => rule.Inside, (rule, inside) => rule with { Inside = inside })
            .Optional(9, ValueCodec.OrNull(ValueCodec.UInt16), rule => rule.InsidePort, (rule, port) => rule with { InsidePort = port })
            .Optional(
                10,
                ValueCodec.Enum<NatFiltering>(),
                rule => rule.Filtering == NatFiltering.Address ? default : rule.Filtering,
                (rule, filtering) => rule with { Filtering = filtering }
            )
            .Optional(
                11,
                ValueCodec.OrNull(_prefixes),
                rule => rule.Prefixes,
                (rule, prefixes) => rule with { Prefixes = prefixes },
                since: 6
            )
            .Optional(
                12,
                ValueCodec.Bool,
                rule => rule.Filtering == NatFiltering.Address,
                (rule, _) => rule with { Filtering = NatFiltering.Address },
                since: 8
            )
            .Optional(
                13,
                ValueCodec.Bool,
                rule => rule.IsDeterministic,
                (rule, isDeterministic) => rule with { IsDeterministic = isDeterministic },
                since: 10
            )
            .Optional(
                14,
                ValueCodec.OrNull(ValueCodec.Prefix),
                rule => rule.Embedding?.Prefix,
                (rule, prefix) => rule with { Embedding = prefix is { } stands ? new EmbeddingPrefix(stands) : null },
                since: 13
            );
}
