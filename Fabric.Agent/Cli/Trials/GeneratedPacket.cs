using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>A packet that the network made in a trial, and how it ended.</summary>
/// <param name="Origin">The port by which it left the device that made it.</param>
/// <param name="Key">Its headers as it was made.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Outputs">The copies that left the network.</param>
/// <param name="Why">How it ended, in one sentence.</param>
internal sealed record GeneratedPacket(Port Origin, FlowKey Key, Verdict Verdict, ImmutableArray<TrialPacket> Outputs, string Why)
{
    private const ulong Rst = 4;
    private const ulong FirstNeighborType = 133;
    private const ulong LastNeighborType = 137;

    /// <summary>What it is: arp, nd, icmp, icmpv6, tcp_rst or other.</summary>
    public string Kind =>
        (Key.EthType, Key.IpProto) switch
        {
            (EtherType.Arp, _) => "arp",
            (EtherType.Ipv6, IpProtocol.Icmpv6) => Key.TpSrc is >= (ushort)FirstNeighborType and <= (ushort)LastNeighborType
                ? "nd"
                : "icmpv6",
            (EtherType.Ipv4, IpProtocol.Icmp) => "icmp",
            (EtherType.Ipv4 or EtherType.Ipv6, IpProtocol.Tcp) when (Key.Get(FlowField.TcpFlags) & Rst) != 0 => "tcp_rst",
            _ => "other",
        };
}
