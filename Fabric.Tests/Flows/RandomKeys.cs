using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Flows;

/// <summary>Keys that some frame has, drawn from a seed: few values of each field, so that packets meet.</summary>
internal sealed class RandomKeys(int seed)
{
    private static readonly ushort[] s_types =
    [
        EtherType.Ipv4,
        EtherType.Ipv6,
        EtherType.Arp,
        EtherType.Rarp,
        EtherType.Lldp,
        EtherType.Llc,
    ];
    private static readonly byte[] s_protocols4 = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Gre, 0];
    private static readonly byte[] s_protocols6 = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmpv6, IpProtocol.Gre, IpProtocol.None];

    public Random Random { get; } = new(seed);

    public FlowKey Next()
    {
        var key = default(FlowKey);
        key.InPort = (uint)Random.Next(1, 5);
        key.Set(FlowField.EthDst, Few(48));
        key.Set(FlowField.EthSrc, Few(48));
        key.EthType = Pick(s_types.AsSpan(0, Random.Next(4) == 0 ? s_types.Length : 2));
        Tags(ref key);
        if (key.EthType is EtherType.Ipv4 or EtherType.Ipv6)
            Ip(ref key);
        else if (key.EthType is EtherType.Arp or EtherType.Rarp)
            Arp(ref key);
        return key;
    }

    /// <summary>A value of a field that the key may have beside its others, or the field's own value.</summary>
    public UInt128 Value(in FlowKey key, FlowField field) =>
        field switch
        {
            FlowField.EthSrc or FlowField.EthDst or FlowField.ArpSha or FlowField.ArpTha => Few(48),
            FlowField.VlanTci or FlowField.CvlanTci => (ulong)Random.Next(0x1_0000) & 0xefff,
            FlowField.NwSrc or FlowField.NwDst => Address(key),
            FlowField.NdTarget => Wide(),
            FlowField.Ipv6Label => Few(20),
            FlowField.IpTos or FlowField.IpTtl or FlowField.ArpOp => Few(8),
            FlowField.TpSrc or FlowField.TpDst => Few(16),
            _ => key.GetAny(field),
        };

    /// <summary>The fields that an action can give another value, for a packet of this key.</summary>
    public static FlowField[] SettableOf(in FlowKey key)
    {
        List<FlowField> fields = [FlowField.EthSrc, FlowField.EthDst];
        var isV6 = key.EthType == EtherType.Ipv6;
        if (key.EthType is EtherType.Arp or EtherType.Rarp)
            fields.AddRange([FlowField.NwSrc, FlowField.NwDst, FlowField.ArpOp, FlowField.ArpSha, FlowField.ArpTha]);
        if (key.EthType == EtherType.Ipv4 || isV6)
            fields.AddRange([FlowField.NwSrc, FlowField.NwDst, FlowField.IpTos, FlowField.IpTtl]);
        if (isV6)
            fields.Add(FlowField.Ipv6Label);
        if (HasPorts(key))
            fields.AddRange([FlowField.TpSrc, FlowField.TpDst]);
        if (IsNeighbor(key))
            fields.Add(FlowField.NdTarget);
        return [.. fields];
    }

    public static bool HasPorts(in FlowKey key) =>
        key.EthType is EtherType.Ipv4 or EtherType.Ipv6
        && key.IpFrag != FragmentKind.Later
        && key.IpProto is IpProtocol.Tcp or IpProtocol.Udp;

    /// <summary>Some frame has exactly this key.</summary>
    public static bool IsReal(in FlowKey key)
    {
        FlowKeyReader.Read(PacketSynthesizer.Build(key, []), key.InPort, out var read);
        return read == key;
    }

    public T Pick<T>(ReadOnlySpan<T> of) => of[Random.Next(of.Length)];

    public ulong Few(int bits)
    {
        var ones = ulong.MaxValue >> (64 - bits);
        return Random.Next(4) switch
        {
            0 => (ulong)Random.Next(3) & ones,
            1 => ones & ~(ulong)Random.Next(2),
            _ => (ulong)Random.NextInt64() & ones,
        };
    }

    public UInt128 Wide() => new(Few(64), Few(64));

    private UInt128 Address(in FlowKey key) => key.EthType == EtherType.Ipv6 ? Wide() : Few(32);

    private void Tags(ref FlowKey key)
    {
        var count = Math.Max(0, Random.Next(5) - 2);
        if (count > 0)
        {
            key.Set(FlowField.VlanTpid, Pick<ushort>([EtherType.Vlan, EtherType.ServiceVlan]));
            key.Set(FlowField.VlanTci, (ulong)Value(key, FlowField.VlanTci));
        }
        if (count > 1)
        {
            key.Set(FlowField.CvlanTpid, Pick<ushort>([EtherType.Vlan, EtherType.ServiceVlan]));
            key.Set(FlowField.CvlanTci, (ulong)Value(key, FlowField.CvlanTci));
        }
    }

    private void Arp(ref FlowKey key)
    {
        key.Set(FlowField.ArpOp, Few(8));
        key.Set(FlowField.ArpSha, Few(48));
        key.Set(FlowField.ArpTha, Few(48));
        key.SetWide(FlowField.NwSrc, Few(32));
        key.SetWide(FlowField.NwDst, Few(32));
    }

    private void Ip(ref FlowKey key)
    {
        var isV6 = key.EthType == EtherType.Ipv6;
        key.IpProto = Pick<byte>(isV6 ? s_protocols6 : s_protocols4);
        key.IpFrag = Random.Next(4) == 0 ? (FragmentKind)Random.Next(1, 3) : FragmentKind.None;
        if (isV6 && key.IpFrag == FragmentKind.Later)
            key.IpProto = IpProtocol.Fragment;
        key.Set(FlowField.IpTos, Few(8));
        key.IpTtl = (byte)Few(8);
        key.SetWide(FlowField.NwSrc, Address(key));
        key.SetWide(FlowField.NwDst, Address(key));
        if (isV6)
            key.Set(FlowField.Ipv6Label, Few(20));
        if (HasPorts(key))
        {
            key.TpSrc = (ushort)Few(16);
            key.TpDst = (ushort)Few(16);
            if (key.IpProto == IpProtocol.Tcp)
                key.Set(FlowField.TcpFlags, Few(9));
        }
        else if (key.IpFrag != FragmentKind.Later && key.IpProto is IpProtocol.Icmp or IpProtocol.Icmpv6)
        {
            Icmp(ref key);
        }
    }

    private void Icmp(ref FlowKey key)
    {
        key.TpSrc = (ushort)Few(8);
        key.TpDst = (ushort)Few(8);
        if (key.EthType != EtherType.Ipv6 || Random.Next(2) == 0)
            return;
        key.TpSrc = Pick<byte>([Icmpv6Type.NeighborSolicitation, Icmpv6Type.NeighborAdvertisement]);
        key.TpDst = 0;
        key.SetWide(FlowField.NdTarget, Wide());
        key.Set(FlowField.ArpSha, Random.Next(2) == 0 ? Few(48) : 0);
        key.Set(FlowField.ArpTha, Random.Next(2) == 0 ? Few(48) : 0);
    }

    private static bool IsNeighbor(in FlowKey key) =>
        key.EthType == EtherType.Ipv6
        && key.IpFrag != FragmentKind.Later
        && key.IpProto == IpProtocol.Icmpv6
        && key.TpSrc is Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement
        && key.TpDst == 0;
}
