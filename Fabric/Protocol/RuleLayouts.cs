using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of rules and of every condition.</summary>
internal static class RuleLayouts
{
    private static readonly FieldCodec<PortRange> _range = ValueCodec.Of<PortRange>(
        (writer, range) =>
        {
            writer.Fixed16(range.First);
            writer.Fixed16(range.Last);
        },
        (content, out range) => TryPair(content, (first, last) => new PortRange(first, last), out range)
    );

    private static readonly FieldCodec<ConnectionStates> _states = ValueCodec.Of<ConnectionStates>(
        (writer, states) => writer.Byte((byte)states),
        (content, out states) =>
        {
            states = content.Length == 1 ? (ConnectionStates)content[0] : default;
            return content.Length == 1 && content[0] is > 0 and < 16;
        }
    );

    private static readonly FieldCodec<TcpFlagsMatch> _flags = ValueCodec.Of<TcpFlagsMatch>(
        (writer, flags) =>
        {
            writer.Fixed16(flags.Value);
            writer.Fixed16(flags.Mask);
        },
        (content, out flags) => TryPair(content, (value, mask) => new TcpFlagsMatch(value, mask), out flags)
    );

    private static readonly FieldCodec<TosMatch> _tos = ValueCodec.Of<TosMatch>(
        (writer, tos) =>
        {
            writer.Byte(tos.Value);
            writer.Byte(tos.Mask);
        },
        (content, out tos) =>
        {
            tos = content.Length == 2 ? new TosMatch(content[0], content[1]) : default;
            return content.Length == 2;
        }
    );

    private static readonly FieldCodec<MacMatch> _mac = ValueCodec.Of<MacMatch>(
        (writer, mac) =>
        {
            writer.Fixed64(mac.Address.Bits);
            writer.Fixed64(mac.Mask.Bits);
        },
        TryReadMac
    );

    private static readonly FieldCodec<VlanTag> _tag = ValueCodec.Of<VlanTag>(
        (writer, tag) =>
        {
            writer.Fixed16(tag.Tpid);
            writer.Fixed16(tag.Id);
            writer.Byte(tag.Priority);
        },
        (content, out tag) =>
        {
            var isTag = content.Length == 5;
            tag = isTag
                ? new VlanTag(BinaryPrimitives.ReadUInt16BigEndian(content), BinaryPrimitives.ReadUInt16BigEndian(content[2..]), content[4])
                : default;
            return isTag;
        }
    );

    /// <summary>An identifier, or nothing at all for packets without a tag.</summary>
    private static readonly FieldCodec<ushort?> _vlan = ValueCodec.Of<ushort?>(
        (writer, vlan) =>
        {
            if (vlan is { } id)
                writer.Fixed16(id);
        },
        (content, out vlan) =>
        {
            vlan = content.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(content) : null;
            return content.Length is 0 or 2;
        }
    );

    public static Layout<RuleMatch> Match { get; } =
        new Layout<RuleMatch>("match", RuleMatch.Everything)
            .Optional(1, ValueCodec.Bool, match => match.IsInverted, (match, isInverted) => match with { IsInverted = isInverted })
            .Optional(2, OrNull<FlowDirection>(), match => match.Direction, (match, direction) => match with { Direction = direction })
            .Optional(3, Test(ValueCodec.Ports), match => match.InPorts, (match, test) => match with { InPorts = test })
            .Optional(4, Test(ValueCodec.Ports), match => match.OutPorts, (match, test) => match with { OutPorts = test })
            .Optional(5, Test(ValueCodec.Group), match => match.InPortGroup, (match, test) => match with { InPortGroup = test })
            .Optional(6, Test(ValueCodec.Group), match => match.OutPortGroup, (match, test) => match with { OutPortGroup = test })
            .Optional(7, Test(ValueCodec.Group), match => match.IngressPortGroup, (match, test) => match with { IngressPortGroup = test })
            .Optional(8, Test(ValueCodec.Ref), match => match.Traversed, (match, test) => match with { Traversed = test })
            .Optional(9, Test(ValueCodec.UInt16), match => match.EthType, (match, test) => match with { EthType = test })
            .Optional(10, Test(_mac), match => match.EthSrc, (match, test) => match with { EthSrc = test })
            .Optional(11, Test(_mac), match => match.EthDst, (match, test) => match with { EthDst = test })
            .Optional(12, Test(_vlan), match => match.Vlan, (match, test) => match with { Vlan = test })
            .Optional(13, Test(ValueCodec.UInt8), match => match.Protocol, (match, test) => match with { Protocol = test })
            .Optional(14, Test(_tos), match => match.Tos, (match, test) => match with { Tos = test })
            .Optional(15, Test(ValueCodec.Prefix), match => match.Source, (match, test) => match with { Source = test })
            .Optional(16, Test(ValueCodec.Prefix), match => match.Destination, (match, test) => match with { Destination = test })
            .Optional(17, Test(ValueCodec.Set), match => match.SourceSet, (match, test) => match with { SourceSet = test })
            .Optional(18, Test(ValueCodec.Set), match => match.DestinationSet, (match, test) => match with { DestinationSet = test })
            .Optional(19, Test(_range), match => match.SourcePort, (match, test) => match with { SourcePort = test })
            .Optional(20, Test(_range), match => match.DestinationPort, (match, test) => match with { DestinationPort = test })
            .Optional(21, Test(_flags), match => match.TcpFlags, (match, test) => match with { TcpFlags = test })
            .Optional(22, Test(ValueCodec.Prefix), match => match.IcmpInnerSource, (match, test) => match with { IcmpInnerSource = test })
            .Optional(
                23,
                Test(ValueCodec.Prefix),
                match => match.IcmpInnerDestination,
                (match, test) => match with { IcmpInnerDestination = test }
            )
            .Optional(
                24,
                ValueCodec.OrNull(ValueCodec.Bool),
                match => match.IsDestinationRewritten,
                (match, asked) => match with { IsDestinationRewritten = asked }
            )
            .Optional(25, OrNull<FragmentPolicy>(), match => match.Fragments, (match, policy) => match with { Fragments = policy })
            .Optional(26, Test(_states), match => match.States, (match, test) => match with { States = test }, since: 4);

    /// <summary>A range of ports.</summary>
    public static FieldCodec<PortRange> Ports => _range;

    public static Layout<Rule> Rule { get; } =
        new Layout<Rule>("rule", new Rule { Name = "", Action = default })
            .Required(1, ValueCodec.Text, rule => rule.Name, (rule, name) => rule with { Name = name })
            .Required(2, ValueCodec.Enum<RuleAction>(), rule => rule.Action, (rule, action) => rule with { Action = action })
            .Required(3, Match, rule => rule.Match, (rule, match) => rule with { Match = match })
            .Optional(4, ValueCodec.OrNull(ValueCodec.Chain), rule => rule.JumpTo, (rule, chain) => rule with { JumpTo = chain })
            .Optional(5, ValueCodec.OrNull(_tag), rule => rule.Vlan, (rule, tag) => rule with { Vlan = tag })
            .Optional(6, ValueCodec.TextOrNull, rule => rule.Meter, (rule, meter) => rule with { Meter = meter });

    private static FieldCodec<T?> OrNull<T>()
        where T : struct, Enum => ValueCodec.OrNull(ValueCodec.Enum<T>());

    private static FieldCodec<Test<T>?> Test<T>(FieldCodec<T> codec) => ValueCodec.OrNull(new TestCodec<T>(codec));

    private static bool TryPair<T>(ReadOnlySpan<byte> content, Func<ushort, ushort, T> make, out T pair)
        where T : struct
    {
        var isPair = content.Length == 4;
        pair = isPair ? make(BinaryPrimitives.ReadUInt16BigEndian(content), BinaryPrimitives.ReadUInt16BigEndian(content[2..])) : default;
        return isPair;
    }

    private static bool TryReadMac(ReadOnlySpan<byte> content, out MacMatch mac)
    {
        mac = default;
        if (content.Length != 16)
            return false;
        var address = BinaryPrimitives.ReadUInt64BigEndian(content);
        var mask = BinaryPrimitives.ReadUInt64BigEndian(content[8..]);
        if (Math.Max(address, mask) > MacAddress.Broadcast.Bits)
            return false;
        mac = new MacMatch(new MacAddress(address), new MacAddress(mask));
        return true;
    }

    /// <summary>One byte, 1 for a negated condition and 0 for others, and what is compared with.</summary>
    private sealed class TestCodec<T>(FieldCodec<T> codec) : FieldCodec<Test<T>>
    {
        public override void Write(FieldWriter writer, Test<T> value)
        {
            writer.Byte(value.IsNegated ? (byte)1 : (byte)0);
            codec.Write(writer, value.Value);
        }

        public override bool TryRead(ReadOnlySpan<byte> content, ref ReadContext context, out Test<T> value)
        {
            value = default;
            if (content.IsEmpty || content[0] > 1)
                return context.Fail(CodecFaultKind.BadValue);
            if (!codec.TryRead(content[1..], ref context, out var compared))
                return false;
            value = new Test<T>(compared, content[0] == 1);
            return true;
        }
    }
}
