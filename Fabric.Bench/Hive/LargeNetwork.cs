using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Bench.Hive;

/// <summary>A network of very many plain ports: a hundred on a bridge, two hundred at a host, each with one station that is known.</summary>
internal static class LargeNetwork
{
    /// <summary>The host that measures.</summary>
    public static readonly HostId Self = new(1);

    /// <summary>The address set.</summary>
    public static readonly AddressSetId Set = new(1);

    private const int PortsPerBridge = 100;
    private const int PortsPerHost = 200;
    private const int RulesWithSet = 5;
    private const ulong Golden = 0x9e37_79b9_7f4a_7c15; // spreads ids as if drawn

    private static readonly ChainId s_chain = new(1);

    /// <summary>The whole description.</summary>
    /// <param name="ports">How many ports.</param>
    /// <param name="members">How many members the address set has that five rules of this host's ports use.</param>
    public static TopologyCommand.Batch Describe(int ports, int members)
    {
        var hosts = Enumerable
            .Range(0, Math.Max(1, ports / PortsPerHost))
            .Select(i => new Host
            {
                Id = new HostId((ulong)i + 1),
                Name = new DeviceName("", $"host{i}"),
                Underlay = [IpAddress.V4(0xc0a8_0001u + (uint)i)],
            });
        var bridges = Enumerable
            .Range(0, Math.Max(1, ports / PortsPerBridge))
            .Select(i => new Bridge { Id = BridgeOf(i * PortsPerBridge), Name = new DeviceName("tenant", $"bridge-{i}") });
        var set = new AddressSet
        {
            Id = Set,
            Name = new DeviceName("tenant", "set"),
            Members = [.. Enumerable.Range(0, members).Select(Member)],
        };
        var chain = new Chain
        {
            Id = s_chain,
            Name = new DeviceName("tenant", "chain"),
            Rules =
            [
                .. Enumerable
                    .Range(0, RulesWithSet)
                    .Select(i => new Rule
                    {
                        Name = $"rule-{i}",
                        Match = new RuleMatch { SourceSet = new(Set), DestinationPort = new(PortRange.Only((ushort)(i + 1))) },
                        Action = RuleAction.Drop,
                    }),
            ],
        };
        Device[] devices = [.. hosts, .. bridges, set, chain, .. Enumerable.Range(0, ports).Select(PortOf)];
        return new TopologyCommand.Batch([.. devices.Select(device => new TopologyCommand.PutDevice(device))]);
    }

    /// <summary>A port by its number.</summary>
    public static Port PortOf(int number) =>
        new()
        {
            Id = new PortId(((ulong)number + 1) * Golden),
            Name = new DeviceName("tenant", $"port-{number}"),
            Owner = BridgeOf(number),
            Mac = MacOf(number),
            Addresses = [new InterfaceAddress(AddressOf(number), 32)],
            Binding = new HostBinding(new HostId((ulong)(number / PortsPerHost) + 1), $"veth{number}"),
            // This host's packets cross the rules.
            InboundChain = number == 0 ? s_chain : null,
        };

    /// <summary>One port more, on the bridge and at the host that measure.</summary>
    public static TopologyCommand PortMore(int number) =>
        new TopologyCommand.PutDevice(PortOf(number) with { Owner = BridgeOf(0), Binding = new HostBinding(Self, $"veth{number}") });

    /// <summary>A packet between the first two stations, in the notation of ofproto/trace.</summary>
    public static string FirstPacket =>
        $"udp,nw_src={AddressOf(0)},nw_dst={AddressOf(1)},dl_src={MacOf(0)},dl_dst={MacOf(1)},tp_src=1,tp_dst=9";

    /// <summary>A member of the set, which no port has.</summary>
    public static IpPrefix Member(int number) => new(IpAddress.V4(0xac10_0000u + 2 * (uint)number), 32);

    private static BridgeId BridgeOf(int port) => new((ulong)(port / PortsPerBridge + 1) * Golden);

    private static MacAddress MacOf(int port) => new(0x0200_0000_0000u + (ulong)port);

    private static IpAddress AddressOf(int port) => IpAddress.V4(0x0a00_0001u + (uint)port);
}
