using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>The usual world whose uplink translates, and packets of two stations inside and any outside.</summary>
/// <remarks>A packet that leaves is taken for what the next one sees; what it began is remembered.</remarks>
internal sealed class NatWorld
{
    public const string Remote = "198.51.100.7";

    public RouterWorld World { get; } = RouterWorld.Usual();

    public NatWorld With(string name, Func<NatRule, NatRule> change)
    {
        World.Net.Nat(
            "edge",
            change(
                new NatRule
                {
                    Name = name,
                    Kind = NatKind.Source,
                    Port = World.Net.PortId("uplink"),
                }
            )
        );
        return this;
    }

    /// <summary>A rule for sources, with the port's own address unless others are given.</summary>
    public static NatWorld Source(string? outside = null, PortRange? ports = null, NatFiltering filtering = default) =>
        new NatWorld().With("out", rule => rule with { Outside = Range(outside), Ports = ports, Filtering = filtering });

    public NatWorld Static(string outside, string inside) =>
        With(
            $"fip{World.Topology.Routers[World.Net.RouterId("edge")].Nat.Count}",
            rule => rule with { Kind = NatKind.Static, Outside = Range(outside), Inside = IpAddress.Parse(inside) }
        );

    public NatWorld Destination(string outside, string inside, byte? protocol = null, ushort? port = null, ushort? insidePort = null) =>
        With(
            $"web{port}",
            rule =>
                rule with
                {
                    Kind = NatKind.Destination,
                    Port = null,
                    Outside = Range(outside),
                    Inside = IpAddress.Parse(inside),
                    Protocol = protocol,
                    Ports = port is { } only ? PortRange.Only(only) : null,
                    InsidePort = insidePort,
                }
        );

    /// <summary>From a station inside; the only copy that leaves by the uplink.</summary>
    public FlowKey Out(
        string vm,
        string source,
        string destination,
        ushort sourcePort = 4000,
        ushort port = 5000,
        byte protocol = IpProtocol.Udp,
        TcpFlags flags = TcpFlags.Syn
    )
    {
        Send(vm, Packet(source, destination, sourcePort, port, protocol, flags), RouterWorld.InsideMac).Kind.ShouldBe(VerdictKind.Forward);
        return World.OnlyOutput("uplink");
    }

    /// <summary>From outside; the only copy that leaves by a station's port.</summary>
    public FlowKey In(
        string vm,
        string source,
        string destination,
        ushort sourcePort = 5000,
        ushort port = 4000,
        byte protocol = IpProtocol.Udp,
        TcpFlags flags = TcpFlags.Syn
    )
    {
        Send("uplink", Packet(source, destination, sourcePort, port, protocol, flags), RouterWorld.UplinkMac)
            .Kind.ShouldBe(VerdictKind.Forward);
        return World.OnlyOutput(vm);
    }

    public Verdict Send(string port, FlowKey key, MacAddress to)
    {
        key.EthSrc = port switch
        {
            "vm1" => RouterWorld.Vm1Mac,
            "vm2" => RouterWorld.Vm2Mac,
            _ => RouterWorld.GatewayMac,
        };
        key.EthDst = to;
        return Send(port, PacketSynthesizer.Build(key, [1, 2, 3, 4]));
    }

    public Verdict Send(string port, byte[] frame)
    {
        var verdict = World.Send(port, frame);
        World.Remember();
        return verdict;
    }

    public static FlowKey Packet(
        string source,
        string destination,
        ushort sourcePort,
        ushort port,
        byte protocol,
        TcpFlags flags = TcpFlags.Syn
    )
    {
        var key = new FlowKey { EthType = source.Contains(':', StringComparison.Ordinal) ? EtherType.Ipv6 : EtherType.Ipv4 };
        (key.NwSrc, key.NwDst, key.IpProto, key.IpTtl) = (IpAddress.Parse(source), IpAddress.Parse(destination), protocol, 64);
        (key.TpSrc, key.TpDst) = (sourcePort, port);
        if (protocol == IpProtocol.Tcp)
            key.Set(FlowField.TcpFlags, (ulong)flags);
        return key;
    }

    public static AddressRange? Range(string? text)
    {
        if (text is null)
            return null;
        var ends = text.Split('-').Select(address => IpAddress.Parse(address)).ToArray();
        return new AddressRange(ends[0], ends[^1]);
    }
}
