using System.Collections.Immutable;
using System.Numerics;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Simulation.RuleExpression;

namespace Fabric.Simulation;

/// <summary>Turns the conditions of rules into checks, in the order that <see cref="RuleMatch"/> documents.</summary>
internal sealed class RuleCompiler
{
    private const ulong VlanIdBits = 0x0fff;
    private const ulong LaterFragment = (ulong)FragmentKind.Later;

    private readonly List<ulong[]> _portLists = [];
    private readonly List<IpPrefix> _prefixes = [];

    private static readonly RuleExpression IsV4 = Exactly(FlowField.EthType, EtherType.Ipv4);
    private static readonly RuleExpression IsV6 = Exactly(FlowField.EthType, EtherType.Ipv6);
    private static readonly RuleExpression IsIp = Ask(RuleCheckKind.Ip);
    private static readonly RuleExpression HasPorts = Ask(RuleCheckKind.Ports);
    private static readonly RuleExpression IsLater = Masked(FlowField.IpFrag, LaterFragment, LaterFragment);
    private static readonly RuleExpression IsFirstOrWhole = new Not(IsLater);
    private static readonly RuleExpression IsIcmp = new All([IsV4, Exactly(FlowField.IpProto, IpProtocol.Icmp)]);
    private static readonly RuleExpression IsIcmpv6 = new All([IsV6, Exactly(FlowField.IpProto, IpProtocol.Icmpv6)]);

    /// <summary>The lists of ports, in the order of their ids, that checks ask about by index.</summary>
    public ulong[][] PortLists => [.. _portLists];

    /// <summary>The prefixes that checks ask about by index.</summary>
    public IpPrefix[] Prefixes => [.. _prefixes];

    /// <summary>The conditions of one rule.</summary>
    public RuleExpression Compile(RuleMatch match)
    {
        var fragments = Fragments(match.EffectiveFragments);
        var parts = ImmutableArray.CreateBuilder<RuleExpression>();
        AddMetadata(parts, match);
        AddLink(parts, match);
        Add(parts, match.Protocol, Protocol);
        if (!match.IsInverted)
            parts.Add(fragments);
        AddNetwork(parts, match);
        AddTransport(parts, match);
        AddConnection(parts, match);
        var conditions = new All(parts.ToImmutable());
        return match.IsInverted ? new All([fragments, new Not(conditions)]) : conditions;
    }

    private void AddMetadata(ImmutableArray<RuleExpression>.Builder parts, RuleMatch match)
    {
        Add(parts, match.IngressPortGroup, group => Ask(RuleCheckKind.IngressGroup, group.Value));
        Add(parts, match.InPorts, ports => Ports(RuleCheckKind.InPort, RuleCheckKind.InPorts, ports));
        Add(parts, match.InPortGroup, group => Ask(RuleCheckKind.InGroup, group.Value));
        Add(parts, match.OutPorts, ports => Ports(RuleCheckKind.OutPort, RuleCheckKind.OutPorts, ports));
        Add(parts, match.OutPortGroup, group => Ask(RuleCheckKind.OutGroup, group.Value));
        Add(parts, match.Traversed, device => Ask(RuleCheckKind.Traversed, device.Id, (ulong)device.Kind));
        if (match.IsDestinationRewritten is { } isRewritten)
            parts.Add(Ask(RuleCheckKind.Rewritten).NegatedIf(!isRewritten));
    }

    private static void AddLink(ImmutableArray<RuleExpression>.Builder parts, RuleMatch match)
    {
        Add(parts, match.Vlan, Vlan);
        Add(parts, match.EthType, type => Exactly(FlowField.EthType, type));
        Add(parts, match.EthSrc, mac => Masked(FlowField.EthSrc, mac.Address.Bits, mac.Mask.Bits));
        Add(parts, match.EthDst, mac => Masked(FlowField.EthDst, mac.Address.Bits, mac.Mask.Bits));
    }

    private static void AddNetwork(ImmutableArray<RuleExpression>.Builder parts, RuleMatch match)
    {
        Add(parts, match.Tos, tos => new All([IsIp, Masked(FlowField.IpTos, tos.Value, tos.Mask)]));
        Add(parts, match.Source, prefix => Prefix(FlowField.NwSrc, prefix));
        Add(parts, match.Destination, prefix => Prefix(FlowField.NwDst, prefix));
        Add(parts, match.SourceSet, set => Set(FlowField.NwSrc, set));
        Add(parts, match.DestinationSet, set => Set(FlowField.NwDst, set));
    }

    private static void AddTransport(ImmutableArray<RuleExpression>.Builder parts, RuleMatch match)
    {
        Add(parts, match.SourcePort, range => new All([HasPorts, Range(FlowField.TpSrc, range)]));
        Add(parts, match.DestinationPort, range => new All([HasPorts, Range(FlowField.TpDst, range)]));
        Add(
            parts,
            match.TcpFlags,
            flags => new All([Protocol(IpProtocol.Tcp), IsFirstOrWhole, Masked(FlowField.TcpFlags, flags.Value, flags.Mask)])
        );
    }

    private void AddConnection(ImmutableArray<RuleExpression>.Builder parts, RuleMatch match)
    {
        Add(parts, match.States, states => Ask(RuleCheckKind.State, (ulong)states));
        if (match.Direction is { } direction)
            parts.Add(Ask(RuleCheckKind.Return).NegatedIf(direction == FlowDirection.Forward));
        Add(parts, match.IcmpInnerSource, prefix => Inner(RuleCheckKind.InnerSource, prefix));
        Add(parts, match.IcmpInnerDestination, prefix => Inner(RuleCheckKind.InnerDestination, prefix));
    }

    private static void Add<T>(ImmutableArray<RuleExpression>.Builder parts, Test<T>? test, Func<T, RuleExpression> compile)
    {
        if (test is { } given)
            parts.Add(compile(given.Value).NegatedIf(given.IsNegated));
    }

    private RuleExpression Ports(RuleCheckKind one, RuleCheckKind many, PortList ports)
    {
        if (ports.Count == 1)
            return Ask(one, ports[0].Value);
        _portLists.Add([.. ports.Select(port => port.Value)]);
        return Ask(many, (ulong)(_portLists.Count - 1));
    }

    private static RuleExpression Vlan(ushort? id)
    {
        var isUntagged = Exactly(FlowField.VlanTpid, 0);
        return id is { } value ? new All([new Not(isUntagged), Masked(FlowField.VlanTci, value, VlanIdBits)]) : isUntagged;
    }

    private static RuleExpression Protocol(byte protocol) => new All([IsIp, Exactly(FlowField.IpProto, protocol)]);

    private static RuleExpression Fragments(FragmentPolicy policy) =>
        policy switch
        {
            FragmentPolicy.Any => Always,
            FragmentPolicy.Header => IsFirstOrWhole,
            FragmentPolicy.NonHeader => IsLater,
            FragmentPolicy.Unfragmented => Exactly(FlowField.IpFrag, (ulong)FragmentKind.None),
        };

    private static RuleExpression Prefix(FlowField field, IpPrefix prefix)
    {
        var mask = prefix.Mask;
        var bits = prefix.Address.Bits;
        if (prefix.Family == IpFamily.V4)
            return new All([IsV4, Low(field, bits, mask)]);
        return new All([IsV6, High(field, bits, mask), Low(field, bits, mask)]);
    }

    private static RuleExpression High(FlowField field, UInt128 value, UInt128 bits) =>
        new Check(RuleCheck.High(field, (ulong)(value >> 64), (ulong)(bits >> 64)));

    private static RuleExpression Low(FlowField field, UInt128 value, UInt128 bits) =>
        (ulong)bits == 0 ? Always : new Check(RuleCheck.Low(field, (ulong)value, (ulong)bits));

    private static RuleExpression Set(FlowField field, AddressSetId set) => new Check(RuleCheck.Member(field, set.Value));

    /// <summary>A range; one that is an aligned block, such as a single value, is a comparison of bits.</summary>
    private static RuleExpression Range(FlowField field, PortRange range)
    {
        if (range.First > range.Last)
            return Never;
        var size = range.Last - range.First + 1;
        var isBlock = BitOperations.IsPow2(size) && range.First % size == 0;
        return isBlock
            ? Masked(field, range.First, FlowFieldLayout.OnesOf(field) & ~(ulong)(size - 1))
            : new Check(RuleCheck.Within(field, range.First, range.Last));
    }

    private RuleExpression Inner(RuleCheckKind kind, IpPrefix prefix)
    {
        _prefixes.Add(prefix);
        var isIcmp = prefix.Family == IpFamily.V4 ? IsIcmp : IsIcmpv6;
        return new All([isIcmp, IsFirstOrWhole, Ask(kind, (ulong)(_prefixes.Count - 1))]);
    }

    private static RuleExpression Exactly(FlowField field, ulong value) => Masked(field, value, FlowFieldLayout.OnesOf(field));

    private static RuleExpression Masked(FlowField field, ulong value, ulong bits) =>
        bits == 0 ? Always : new Check(RuleCheck.Masked(field, value, bits));

    private static RuleExpression Ask(RuleCheckKind kind, ulong value = 0, ulong detail = 0) =>
        new Check(RuleCheck.Of(kind, value, detail));
}
