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
    private readonly Dictionary<(DeviceRef Router, IpAddress Address), PortRange[]> _unlessOthers;

    private HeldPorts(
        Dictionary<(DeviceRef Router, IpAddress Address), PortRange[]> ranges,
        Dictionary<(DeviceRef Router, IpAddress Address), PortRange[]> unlessOthers
    ) => (_ranges, _unlessOthers) = (ranges, unlessOthers);

    /// <summary>All ports, which are whose there is nobody else.</summary>
    public static ReadOnlySpan<PortRange> Everything => _everything;

    /// <summary>What is leased to a host.</summary>
    /// <param name="leases">All that is leased.</param>
    /// <param name="host">The host.</param>
    /// <param name="routers">The routers that it can reach, or has ports of.</param>
    /// <param name="leaving">Blocks that it is about to give back: they are not its own any more.</param>
    /// <param name="isFixed">The ports of an address are stations', by a deterministic rule; no address's if left out.</param>
    public static HeldPorts Of(
        PortLeases leases,
        HostId host,
        IEnumerable<RouterId> routers,
        IReadOnlySet<(RouterId Router, IpAddress Address, int Block)> leaving,
        Func<RouterId, IpAddress, bool>? isFixed = null
    )
    {
        var all = new Dictionary<(DeviceRef, IpAddress), PortRange[]>();
        var unlessOthers = new Dictionary<(DeviceRef, IpAddress), PortRange[]>();
        foreach (var router in routers)
        {
            foreach (var (address, of) in leases.OfRouter(router))
            {
                var ranges = new List<PortRange>();
                foreach (var run in of.Runs.Where(run => run.Host == host))
                    AddBlocks(ranges, Enumerable.Range(run.First, run.Count).Where(block => !leaving.Contains((router, address, block))));
                all.Add((router, address), [.. ranges]);
                if (isFixed is not null && isFixed(router, address))
                    unlessOthers.Add((router, address), UnlessOthers(of, host));
            }
        }
        return new HeldPorts(all, unlessOthers);
    }

    /// <summary>What <see cref="All"/> told.</summary>
    public static HeldPorts Of(IEnumerable<(DeviceRef Router, IpAddress Address, PortRange[] Ports, PortRange[]? UnlessOthers)> leases)
    {
        var (all, unlessOthers) = (
            new Dictionary<(DeviceRef, IpAddress), PortRange[]>(),
            new Dictionary<(DeviceRef, IpAddress), PortRange[]>()
        );
        foreach (var lease in leases)
        {
            all[(lease.Router, lease.Address)] = lease.Ports;
            if (lease.UnlessOthers is { } stations)
                unlessOthers[(lease.Router, lease.Address)] = stations;
        }
        return new HeldPorts(all, unlessOthers);
    }

    /// <summary>All of it: by router and address the ports that are this host's, and of deterministic rules those that stations may have.</summary>
    public IEnumerable<(DeviceRef Router, IpAddress Address, PortRange[] Ports, PortRange[]? UnlessOthers)> All =>
        _ranges.Select(entry => (entry.Key.Router, entry.Key.Address, entry.Value, _unlessOthers.GetValueOrDefault(entry.Key)));

    /// <summary>The ports of an address that are this host's, lowest first.</summary>
    public ReadOnlySpan<PortRange> Of(DeviceRef router, IpAddress address) => _ranges.GetValueOrDefault((router, address));

    /// <summary>The ports of an address that stations may have, lowest first: all but those that another host still has from a rule before.</summary>
    public ReadOnlySpan<PortRange> Fixed(DeviceRef router, IpAddress address) =>
        _unlessOthers.TryGetValue((router, address), out var ranges) ? ranges
        : _ranges.TryGetValue((router, address), out var own) ? own
        : _everything;

    /// <summary>A port of an address is this host's; port 0 stands for packets without ports.</summary>
    public bool Has(DeviceRef router, IpAddress address, int port) => IsIn(Of(router, address), port);

    /// <summary>A translation may begin: what its answers come to is not leased to anybody, or to this host.</summary>
    /// <param name="back">The direction of the answers.</param>
    public bool Allows(in ConnectionKey back) =>
        !back.IsTranslated
        || !_ranges.ContainsKey((back.Device, back.Destination))
        || Has(back.Device, back.Destination, PortOf(back))
        || IsIn(_unlessOthers.GetValueOrDefault((back.Device, back.Destination)), PortOf(back));

    /// <summary>The port outside by which the answers of a connection are told from others; 0 if by the address alone.</summary>
    internal static int PortOf(in ConnectionKey back) =>
        TranslationPorts.HasPorts(back.Protocol) || TranslationPorts.IsByIdentifier(back) ? back.DestinationPort : 0;

    private static PortRange[] UnlessOthers(AddressLeases of, HostId host)
    {
        var others = of.Runs.Where(run => run.Host != host).SelectMany(run => Enumerable.Range(run.First, run.Count)).ToHashSet();
        var ranges = new List<PortRange>();
        AddBlocks(ranges, Enumerable.Range(0, PortBlocks.PerAddress).Where(block => !others.Contains(block)));
        return [.. ranges];
    }

    private static bool IsIn(ReadOnlySpan<PortRange> ranges, int port)
    {
        foreach (var range in ranges)
        {
            if (port >= range.First && port <= range.Last)
                return true;
        }
        return false;
    }

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
