using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Bench.Kernel;

/// <summary>The network of the guests: two bridges, a router between them, a short chain at every guest's port.</summary>
/// <remarks>
/// <code>
/// left  [chain] \                               / [chain] right
///                inside -- router -- outside
/// other [chain] /                               \ [chain] far
/// </code>
/// Every station is behind two gateways of equal cost, among which the router shares connections: so every flow is exact on its 5-tuple.
/// </remarks>
internal static class KernelNetwork
{
    /// <summary>This host.</summary>
    public static readonly HostId Self = new(1);

    /// <summary>The router.</summary>
    public static readonly RouterId Router = new(1);

    /// <summary>The router's port on the side of the receiving guest.</summary>
    public static readonly PortId Outside = new(FirstInterior + 3);

    private const string InsideMac = "02:00:00:00:02:01";
    private const string OutsideMac = "02:00:00:00:02:02";
    private const ulong FirstInterior = 101;
    private const int PrefixBits = 24;
    private const ushort EditedPort = 30_000;

    private static readonly BridgeId s_inside = new(1);
    private static readonly BridgeId s_outside = new(2);
    private static readonly PortId s_routerInside = new(FirstInterior + 1);

    /// <summary>The router's address where a guest is.</summary>
    public static string GatewayMacOf(GuestPlan guest) => IsInside(guest) ? InsideMac : OutsideMac;

    /// <summary>All of it.</summary>
    public static TopologyCommand Describe()
    {
        var commands = new List<TopologyCommand>
        {
            Put(new Host { Id = Self, Name = new DeviceName("", "bench") }),
            Put(new Bridge { Id = s_inside, Name = Name("inside") }),
            Put(new Bridge { Id = s_outside, Name = Name("outside") }),
            Put(new Router { Id = Router, Name = Name("router") }),
            Put(
                new Port
                {
                    Id = new PortId(FirstInterior),
                    Name = Name("inside-router"),
                    Owner = s_inside,
                }
            ),
            Put(RouterPort(s_routerInside, "router-inside", InsideMac, GuestPlan.Left)),
            Put(
                new Port
                {
                    Id = new PortId(FirstInterior + 2),
                    Name = Name("outside-router"),
                    Owner = s_outside,
                }
            ),
            Put(RouterPort(Outside, "router-outside", OutsideMac, GuestPlan.Right)),
            new TopologyCommand.LinkPorts(new PortId(FirstInterior), s_routerInside),
            new TopologyCommand.LinkPorts(new PortId(FirstInterior + 2), Outside),
        };
        commands.AddRange(GuestPlan.All.SelectMany(Guest));
        return new TopologyCommand.Batch([.. commands]);
    }

    /// <summary>The router stops forwarding, or goes on.</summary>
    public static TopologyCommand Power(TopologySnapshot topology, bool isUp) => Put(topology.Routers[Router] with { IsAdminUp = isUp });

    /// <summary>A rule more in the chain of one guest's port.</summary>
    public static TopologyCommand Forbid(GuestPlan guest) =>
        new TopologyCommand.InsertRule(
            ChainOf(guest),
            0,
            new Rule
            {
                Name = "edited",
                Action = RuleAction.Drop,
                Match = new RuleMatch { Protocol = new(IpProtocol.Udp), DestinationPort = new(PortRange.Only(EditedPort)) },
            }
        );

    private static IEnumerable<TopologyCommand> Guest(GuestPlan guest)
    {
        yield return Put(
            new Chain
            {
                Id = ChainOf(guest),
                Name = Name(guest.Port + "-in"),
                Rules =
                [
                    Drop("no-telnet", new RuleMatch { Protocol = new(IpProtocol.Tcp), DestinationPort = new(PortRange.Only(23)) }),
                    Drop("no-test-net", new RuleMatch { Source = new(IpPrefix.Parse("192.0.2.0/24")) }),
                    Drop("no-low-ports", new RuleMatch { Protocol = new(IpProtocol.Udp), DestinationPort = new(new PortRange(1, 52)) }),
                ],
            }
        );
        yield return Put(
            new Port
            {
                Id = new PortId(NumberOf(guest)),
                Name = Name(guest.Port),
                Owner = IsInside(guest) ? s_inside : s_outside,
                Mac = MacAddress.Parse(guest.StationMac),
                Addresses = [.. guest.Gateways.Select(gateway => new InterfaceAddress(IpAddress.Parse(gateway), PrefixBits))],
                InboundChain = ChainOf(guest),
                Binding = new HostBinding(Self, guest.Port),
            }
        );
        foreach (var gateway in guest.Gateways)
        {
            var route = new Route
            {
                Name = $"{guest.Port}-{gateway}",
                Destination = IpPrefix.Parse(guest.StationPrefix),
                Source = IpPrefix.All(IpFamily.V4),
                Port = IsInside(guest) ? s_routerInside : Outside,
                Gateway = IpAddress.Parse(gateway),
            };
            yield return new TopologyCommand.PutRoute(Router, route);
        }
    }

    private static Rule Drop(string name, RuleMatch match) =>
        new()
        {
            Name = name,
            Action = RuleAction.Drop,
            Match = match,
        };

    private static Port RouterPort(PortId id, string name, string mac, GuestPlan neighbor) =>
        new()
        {
            Id = id,
            Name = Name(name),
            Owner = Router,
            Mac = MacAddress.Parse(mac),
            Addresses = [new InterfaceAddress(IpAddress.Parse(KernelSite.GatewayOf(neighbor)), PrefixBits)],
        };

    private static TopologyCommand.PutDevice Put(Device device) => new(device);

    private static DeviceName Name(string name) => new("bench", name);

    private static bool IsInside(GuestPlan guest) => guest == GuestPlan.Left || guest == GuestPlan.Other;

    /// <summary>The number of the port that a guest is behind.</summary>
    public static ulong NumberOf(GuestPlan guest) => (ulong)GuestPlan.All.ToList().IndexOf(guest) + 1;

    private static ChainId ChainOf(GuestPlan guest) => new(NumberOf(guest));
}
