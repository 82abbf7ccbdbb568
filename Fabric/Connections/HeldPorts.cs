using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>The ports outside that are leased to a host, by router and address.</summary>
/// <remarks>Immutable; any thread.</remarks>
public sealed class HeldPorts
{
    private static readonly PortRange[] _everything = [new(0, ushort.MaxValue)];

    private readonly Dictionary<(DeviceRef Router, IpAddress Address), PortRange[]> _ranges;

    private HeldPorts(Dictionary<(DeviceRef Router, IpAddress Address), PortRange[]> ranges) => _ranges = ranges;

    /// <summary>All ports, which are whose there is nobody else.</summary>
    public static ReadOnlySpan<PortRange> Everything => _everything;

    /// <summary>What is leased to a host.</summary>
    /// <param name="leases">All that is leased.</param>
    /// <param name="host">The host.</param>
    /// <param name="routers">The routers that it can reach, or has ports of.</param>
    /// <param name="leaving">Blocks that it is about to give back: they are not its own any more.</param>
    public static HeldPorts Of(
        PortLeases leases,
        HostId host,
        IEnumerable<RouterId> routers,
        IReadOnlySet<(RouterId Router, IpAddress Address, int Block)> leaving
    )
    {
        var all = new Dictionary<(DeviceRef, IpAddress), PortRange[]>();
        foreach (var router in routers)
        {
            foreach (var (address, of) in leases.OfRouter(router))
            {
                var ranges = new List<PortRange>();
                foreach (var run in of.Runs.Where(run => run.Host == host))
                    AddBlocks(ranges, Enumerable.Range(run.First, run.Count).Where(block => !leaving.Contains((router, address, block))));
                all.Add((router, address), [.. ranges]);
            }
        }
        return new HeldPorts(all);
    }

    /// <summary>The ports of an address that are this host's, lowest first.</summary>
    public ReadOnlySpan<PortRange> Of(DeviceRef router, IpAddress address) => _ranges.GetValueOrDefault((router, address));

    /// <summary>A port of an address is this host's; port 0 stands for packets without ports.</summary>
    public bool Has(DeviceRef router, IpAddress address, int port)
    {
        foreach (var range in Of(router, address))
        {
            if (port >= range.First && port <= range.Last)
                return true;
        }
        return false;
    }

    /// <summary>A translation may begin: what its answers come to is not leased to anybody, or to this host.</summary>
    /// <param name="back">The direction of the answers.</param>
    public bool Allows(in ConnectionKey back) =>
        !back.IsTranslated || !_ranges.ContainsKey((back.Device, back.Destination)) || Has(back.Device, back.Destination, PortOf(back));

    /// <summary>The port outside by which the answers of a connection are told from others; 0 if by the address alone.</summary>
    internal static int PortOf(in ConnectionKey back) =>
        TranslationPorts.HasPorts(back.Protocol) || TranslationPorts.IsByIdentifier(back) ? back.DestinationPort : 0;

    private static void AddBlocks(List<PortRange> ranges, IEnumerable<int> blocks)
    {
        foreach (var block in blocks)
        {
            var ports = new PortBlocks(default, block, 1).Ports;
            if (ranges.Count > 0 && ranges[^1].Last + 1 == ports.First)
                ranges[^1] = ranges[^1] with { Last = ports.Last };
            else
                ranges.Add(ports);
        }
    }
}
