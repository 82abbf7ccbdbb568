using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Tests.Devices;

/// <summary>The table against a list that is searched from end to end.</summary>
public class RoutingTableTest
{
    private const int Tables = 600;
    private const int LookupsPerTable = 100;

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void FindsWhatALinearSearchFinds(IpFamily family)
    {
        for (var seed = 0; seed < Tables; seed++)
        {
            var random = new Random(seed);
            var routes = RandomRoutes.Make(random, family, random.Next(0, 24));
            var table = routes.Aggregate(RoutingTable.Empty, (t, r) => t.With(r));
            for (var i = 0; i < LookupsPerTable; i++)
            {
                var destination = RandomRoutes.Address(random, family);
                var limit = random.Next(0, destination.Width + 1);
                var found = table.Find(destination, limit);
                var expected = Search(routes, destination, limit);
                found.Routes.SequenceEqual(expected).ShouldBeTrue($"seed {seed}, {destination}, at most {limit} bits");
                found.Length.ShouldBe(expected.IsEmpty ? 0 : expected[0].Destination.Length, $"seed {seed}, {destination}");
            }
        }
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void EveryAddressThatWasNotToldApartFindsTheSame(IpFamily family)
    {
        for (var seed = 0; seed < Tables; seed++)
        {
            var random = new Random(seed);
            var table = RandomRoutes.Make(random, family, random.Next(0, 24)).Aggregate(RoutingTable.Empty, (t, r) => t.With(r));
            for (var i = 0; i < LookupsPerTable; i++)
            {
                var destination = RandomRoutes.Address(random, family);
                var found = table.Find(destination);
                found.ToldApart.Contains(destination).ShouldBeTrue();
                var other = RandomRoutes.Within(random, found.ToldApart);
                var again = table.Find(other);
                again.Routes.ShouldBe(found.Routes, $"seed {seed}, {destination} and {other} of {found.ToldApart}");
                again.ToldApart.ShouldBe(found.ToldApart, $"seed {seed}, {destination} and {other}");
            }
        }
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void OlderTablesStayAsTheyWere(IpFamily family)
    {
        var random = new Random(7);
        var routes = RandomRoutes.Make(random, family, 60);
        var tables = new List<RoutingTable> { RoutingTable.Empty };
        foreach (var route in routes)
            tables.Add(tables[^1].With(route));
        foreach (var route in routes)
            tables.Add(tables[^1].Without(route));
        for (var i = 0; i < tables.Count; i++)
        {
            var held = i <= routes.Count ? routes.Take(i).ToList() : routes.Skip(i - routes.Count).ToList();
            for (var j = 0; j < 50; j++)
            {
                var destination = RandomRoutes.Address(random, family);
                var expected = Search(held, destination, destination.Width);
                tables[i].Find(destination).Routes.SequenceEqual(expected).ShouldBeTrue($"table {i}, {destination}");
            }
        }
    }

    [Test]
    public void AnEmptyTableTellsNoDestinationsApart()
    {
        var found = RoutingTable.Empty.Find(IpAddress.Parse("10.0.0.1"));
        found.Routes.ShouldBeEmpty();
        found.Own.ShouldBeNull();
        found.ToldApart.ShouldBe(IpPrefix.All(IpFamily.V4));
    }

    [Test]
    public void AMissObservesTheBitThatExcludesTheLongerPrefix()
    {
        var table = RoutingTable.Empty.With(RandomRoutes.To("10.0.0.0/8", "wide")).With(RandomRoutes.To("10.1.0.0/16", "narrow"));
        // 10.3 parts from 10.1 in the second lowest bit of the second octet.
        var found = table.Find(IpAddress.Parse("10.3.0.1"));
        found.Routes.Single().Name.ShouldBe("wide");
        found.ToldApart.ShouldBe(IpPrefix.Parse("10.2.0.0/15"));
        table.Find(IpAddress.Parse("11.0.0.1")).ToldApart.ShouldBe(IpPrefix.Parse("11.0.0.0/8"));
    }

    [Test]
    public void ARouteOfTheSameNameAndDestinationIsReplaced()
    {
        var table = RoutingTable.Empty.With(RandomRoutes.To("10.0.0.0/8", "r"));
        var changed = table.With(RandomRoutes.To("10.0.0.0/8", "r") with { Metric = 7 });
        changed.Find(IpAddress.Parse("10.0.0.1")).Routes.Single().Metric.ShouldBe(7);
        table.Find(IpAddress.Parse("10.0.0.1")).Routes.Single().Metric.ShouldBe(Route.DefaultMetric);
    }

    [Test]
    public void WithoutAnUnknownRouteIsTheSameTable()
    {
        var table = RoutingTable.Empty.With(RandomRoutes.To("10.0.0.0/8", "r"));
        table.Without(RandomRoutes.To("10.0.0.0/8", "other")).ShouldBeSameAs(table);
        table.Without(RandomRoutes.To("10.0.0.0/9", "r")).ShouldBeSameAs(table);
    }

    [TestCase("10.0.0.1/24", "10.0.0.0/24")]
    [TestCase("fd00:1::1/64", "fd00:1::/64")]
    public void APortBringsItsAddressAndItsSubnet(string address, string subnet)
    {
        var port = Port(address);
        var table = RoutingTable.Empty.With(port);
        var own = table.Find(port.Addresses[0].Address);
        own.Own.ShouldBe(port.Id);
        var next = IpAddress.Of(own.ToldApart.Family, port.Addresses[0].Address.Bits + 1);
        var found = table.Find(next);
        found.Own.ShouldBeNull();
        var route = found.Routes.ShouldHaveSingleItem();
        (route.Destination, route.Port, route.Gateway, route.Metric).ShouldBe((IpPrefix.Parse(subnet), port.Id, null, 0));
        table.Without(port).Find(next).ToldApart.Length.ShouldBe(0);
    }

    [Test]
    public void ALinkLocalAddressBringsNothing()
    {
        var table = RoutingTable.Empty.With(Port("fe80::1/64"));
        table.Find(IpAddress.Parse("fe80::1")).ToldApart.Length.ShouldBe(0);
    }

    private static Port Port(string address)
    {
        IpPrefix.TryParseInterface(address, out var own, out var length).ShouldBeTrue();
        return new Port
        {
            Id = new PortId(1),
            Name = new DeviceName("t", "p"),
            Owner = new RouterId(1),
            Addresses = [new InterfaceAddress(own, length)],
        };
    }

    private static ImmutableArray<Route> Search(IReadOnlyList<Route> routes, IpAddress destination, int limit)
    {
        var holding = routes.Where(r => r.Destination.Contains(destination) && r.Destination.Length <= limit).ToList();
        if (holding.Count == 0)
            return [];
        var longest = holding.Max(r => r.Destination.Length);
        return [.. holding.Where(r => r.Destination.Length == longest).OrderBy(r => r.Metric).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }
}
