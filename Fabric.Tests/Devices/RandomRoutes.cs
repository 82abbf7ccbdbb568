using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Tests.Devices;

/// <summary>Routes and addresses of a small corner of each version's space, so that random ones meet.</summary>
internal static class RandomRoutes
{
    public static Route To(string destination, string name, IpPrefix? source = null) => To(IpPrefix.Parse(destination), name, source);

    public static Route To(IpPrefix destination, string name, IpPrefix? source = null) =>
        new()
        {
            Name = name,
            Destination = destination,
            Source = source ?? IpPrefix.All(destination.Family),
            Kind = RouteKind.Blackhole,
        };

    public static List<Route> Make(Random random, IpFamily family, int count)
    {
        var routes = new List<Route>();
        for (var i = 0; i < count; i++)
            routes.Add(To(Prefix(random, family), $"r{i}") with { Metric = random.Next(0, 3) });
        return routes;
    }

    public static IpPrefix Prefix(Random random, IpFamily family)
    {
        var width = IpAddress.WidthOf(family);
        var length = random.Next(4) == 0 ? random.Next(0, 9) : width - random.Next(0, 7);
        return new IpPrefix(Address(random, family), length);
    }

    /// <summary>An address of which only the first and the last few bits vary.</summary>
    public static IpAddress Address(Random random, IpFamily family)
    {
        var width = IpAddress.WidthOf(family);
        var top = (UInt128)random.Next(0, 8) << (width - 3);
        return IpAddress.Of(family, top | (UInt128)random.Next(0, 64));
    }

    /// <summary>Any address of a prefix, its free bits from the whole space or near another address.</summary>
    public static IpAddress Within(Random random, IpPrefix prefix)
    {
        var free =
            random.Next(2) == 0 ? new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) : Address(random, prefix.Family).Bits;
        return IpAddress.Of(prefix.Family, prefix.Address.Bits | free & ~prefix.Mask);
    }
}
