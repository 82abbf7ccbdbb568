using System.Globalization;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Bench.Simulation;

/// <summary>The longest prefix of a large routing table, for ever other destinations.</summary>
internal sealed class RouteLookupBody : PacketBody
{
    private const int Routes = 100_000;
    private const int Destinations = 4096;
    private const int Seed = 1;

    private readonly RoutingTable _table;
    private readonly IpAddress[] _destinations = new IpAddress[Destinations];
    private int _next;

    private RouteLookupBody(IpFamily family, int shortest, int longest)
    {
        var random = new Random(Seed);
        var width = IpAddress.WidthOf(family);
        var prefixes = new IpPrefix[Routes];
        var table = RoutingTable.Empty;
        for (var i = 0; i < Routes; i++)
        {
            prefixes[i] = new IpPrefix(IpAddress.Of(family, RandomBits(random) >> (128 - width)), random.Next(shortest, longest + 1));
            table = table.With(Route(i, prefixes[i]));
        }
        _table = table;
        for (var i = 0; i < Destinations; i++)
        {
            var prefix = prefixes[random.Next(Routes)];
            var host = RandomBits(random) >> (128 - width + prefix.Length);
            _destinations[i] = IpAddress.Of(family, prefix.Address.Bits | host);
        }
    }

    /// <summary>The length of the last match, so that no lookup is for nothing.</summary>
    public int LastLength { get; private set; }

    /// <summary>Prefixes of 12 to 28 bits.</summary>
    public static PacketBody Ipv4() => new RouteLookupBody(IpFamily.V4, 12, 28);

    /// <summary>Prefixes of 28 to 64 bits.</summary>
    public static PacketBody Ipv6() => new RouteLookupBody(IpFamily.V6, 28, 64);

    /// <inheritdoc/>
    public override void Run() => LastLength = _table.Find(_destinations[_next++ & Destinations - 1]).Length;

    private static UInt128 RandomBits(Random random) => new((ulong)random.NextInt64() << 1, (ulong)random.NextInt64());

    private static Route Route(int number, IpPrefix destination) =>
        new()
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"r{number}"),
            Destination = destination,
            Source = IpPrefix.All(destination.Family),
            Port = new PortId(1),
        };
}
