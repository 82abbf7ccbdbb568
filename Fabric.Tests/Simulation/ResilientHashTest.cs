using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>How connections are shared among equal routes.</summary>
public class ResilientHashTest
{
    private const int Connections = 40_000;

    [TestCase(IpFamily.V4, 1, 1, 1, 1)]
    [TestCase(IpFamily.V6, 1, 1)]
    [TestCase(IpFamily.V4, 1, 2, 5)]
    [TestCase(IpFamily.V6, 10, 30, 60, 1)]
    [TestCase(IpFamily.V4, 65535, 65535, 32768)]
    public void SharesAreAsTheWeights(IpFamily family, params int[] weights)
    {
        var counts = Share(Routes(family, weights)).GroupBy(name => name).ToDictionary(group => group.Key, group => group.Count());
        for (var i = 0; i < weights.Length; i++)
        {
            var share = weights[i] / (double)weights.Sum();
            // Five standard deviations of a binomial variable.
            var tolerance = 5 * Math.Sqrt(Connections * share * (1 - share));
            ((double)counts.GetValueOrDefault($"hop{i}")).ShouldBe(
                Connections * share,
                tolerance,
                $"hop{i} of {string.Join(", ", weights)}"
            );
        }
    }

    [TestCase(IpFamily.V4, 3)]
    [TestCase(IpFamily.V6, 3)]
    [TestCase(IpFamily.V4, 0)]
    public void AHopThatGoesMovesOnlyItsOwnConnections(IpFamily family, int gone)
    {
        var routes = Routes(family, 1, 2, 3, 4, 5);
        var before = Share(routes);
        var after = Share(routes.RemoveAt(gone));
        for (var i = 0; i < Connections; i++)
        {
            if (before[i] != $"hop{gone}")
                after[i].ShouldBe(before[i]);
            else
                after[i].ShouldNotBe(before[i]);
        }
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void AHopOfGreaterWeightOnlyGains(IpFamily family)
    {
        var routes = Routes(family, 1, 1, 1);
        var before = Share(routes);
        var after = Share(routes.SetItem(1, routes[1] with { Weight = 3 }));
        for (var i = 0; i < Connections; i++)
        {
            if (after[i] != "hop1")
                after[i].ShouldBe(before[i]);
        }
        after.Count(name => name == "hop1").ShouldBeGreaterThan(before.Count(name => name == "hop1"));
    }

    [Test]
    public void ANameDecidesNothing()
    {
        var routes = Routes(IpFamily.V4, 1, 1, 1);
        var renamed = routes.Select(route => route with { Name = $"x{route.Name}" }).ToImmutableArray();
        Share(renamed).ShouldBe(Share(routes).Select(name => $"x{name}"));
    }

    /// <summary>Nodes of any version and machine must choose alike: these numbers are a promise.</summary>
    [Test]
    public void TheNumbersStayWhatTheyAre()
    {
        FixedLog2.Of(1).ShouldBe(0UL);
        FixedLog2.Of(1UL << 63).ShouldBe(63UL << 32);
        FixedLog2.Of(3).ShouldBe(6807362105UL);
        var route = Routes(IpFamily.V4, 7)[0];
        var cost = ResilientHash.CostOf(0x0123_4567_89ab_cdef, route);
        (cost.Drawn, cost.Weight).ShouldBe((PromisedDrawn, 7u));
    }

    private const ulong PromisedDrawn = 6_120_698_194;

    [Test]
    public void TheLogarithmIsCloseAndNeverFalls()
    {
        ulong last = 0;
        for (var i = 0; i < 63 * 997; i++)
        {
            var value = (1UL << (i / 997)) + (ulong)((UInt128)(i % 997) * (1UL << (i / 997)) / 997);
            var log = FixedLog2.Of(value);
            log.ShouldBeGreaterThanOrEqualTo(last);
            (log / 4294967296.0).ShouldBe(Math.Log2(value), 3e-6);
            last = log;
        }
    }

    /// <summary>The route of each of many connections.</summary>
    private static string[] Share(ImmutableArray<Route> routes)
    {
        var names = new string[Connections];
        for (var i = 0; i < Connections; i++)
        {
            // Connections that differ little, as real ones do.
            var connection = ResilientHash.Of(6, (UInt128)(0x0a00_0000 + i / 200), 0xcb00_7107, (ulong)(32768 + i % 200) << 16 | 443);
            var best = routes[0];
            foreach (var route in routes)
            {
                if (ResilientHash.CostOf(connection, route).IsLess(ResilientHash.CostOf(connection, best)))
                    best = route;
            }
            names[i] = best.Name;
        }
        return names;
    }

    private static ImmutableArray<Route> Routes(IpFamily family, params int[] weights) =>
        [
            .. weights.Select(
                (weight, i) =>
                    new Route
                    {
                        Name = $"hop{i}",
                        Destination = IpPrefix.All(family),
                        Source = IpPrefix.All(family),
                        Port = new PortId(7),
                        Gateway = IpAddress.Of(family, (UInt128)(0xc000_0201 + i)),
                        Weight = weight,
                    }
            ),
        ];
}
