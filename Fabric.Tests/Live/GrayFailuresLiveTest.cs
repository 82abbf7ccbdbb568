using System.Diagnostics;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>Three hosts of which one is badly reached: what the others find, how soon, and where traffic goes meanwhile.</summary>
[Category("HereOnly")]
[Category("Faults")]
public class GrayFailuresLiveTest : LiveTest
{
    private const string UplinkMac2 = "02:00:00:00:0a:02";
    private const string UplinkMac3 = "02:00:00:00:0a:03";

    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp() => _hosts = await ThreeHosts.UpAsync();

    [TearDown]
    public void TakeDown() => _hosts?.Dispose();

    /// <summary>The bad link is h2's, and web1 at h1 talks to web2 there all the while.</summary>
    [TestCase("degraded", 0.08, 0.08, int.MaxValue)]
    [TestCase("down", 1, 0, int.MaxValue, Description = "one way only")]
    [TestCase("down", 0, 1, int.MaxValue, Description = "the other way only")]
    [TestCase("black-hole", 0, 0, 1600)]
    public void ABadWayIsToldAndIsUpAgainWhenItIsGood(string expected, double lossIn, double lossOut, int longestFrame)
    {
        using var link = FaultyLink.Open(_hosts.Plan, "h2");
        using var pings = _hosts.Ping("web1", "10.1.0.12", count: 3000);
        Eventually(() => StateOf("h1", "h2") == "up", "a good way");
        link.Fault = new LinkFault
        {
            LossIn = lossIn,
            LossOut = lossOut,
            LongestFrameBytes = longestFrame,
        };
        var started = Stopwatch.GetTimestamp();
        Eventually(() => StateOf("h1", "h2") == expected && IsTold(expected), $"that the way is {expected} and told to be");
        TestContext.Out.WriteLine($"{expected} after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Eventually(() => StateOf("h1", "h3") is "up" or "idle", "that the way to h3 is as good as before");

        link.Fault = LinkFault.None;
        started = Stopwatch.GetTimestamp();
        // A hundred good echoes wash out the bad ones, which takes half a minute: long enough without waiting for it.
        if (expected == "degraded")
            return;
        Eventually(() => StateOf("h1", "h2") == "up", "that the way is up again");
        TestContext.Out.WriteLine($"up after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    /// <summary>The network's way out leads over a gateway at h2 and one at h3; h1 stops reaching h2.</summary>
    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public async Task TrafficGoesByTheOtherNextHopWhenTheWayToTheFirstIsDownAndBackWhenItIsUp(IpFamily family)
    {
        using var second = Gateway("h2", "203.0.113.2/25", "fd00:52::2/64", "203.0.113.1", "fd00:52::1");
        using var third = Gateway("h3", "203.0.113.130/25", "fd00:53::2/64", "203.0.113.129", "fd00:53::1");
        var applied = await _hosts.AskAsync("h1", "apply -f - --wait", Description());
        applied.Exit.ShouldBe(0, applied.Error);
        using var watch = new FrameWatch(second.Run(() => PacketSocket.Open("eth0", new PacketSocketOptions())));
        var router = MacAddress.Parse(UplinkMac2);
        using var ping = EchoSocket.Open(_hosts.Guest("web1").HostInterface, family);
        var target = Enumerable
            .Range(1, 8)
            .Select(number => AddressOf(family, number))
            .First(address => GoesBy(watch, router, ping, address));

        using var link = FaultyLink.Open(_hosts.Plan, "h2");
        Eventually(() => StateOf("h1", "h2") == "up", "a good way");
        using var pings = _hosts.Ping("web1", target.ToString(), count: 1000);
        var before = watch.CountFrom(router);
        Eventually(() => watch.CountFrom(router) > before + 50, "pings by the first gateway");
        link.Fault = new LinkFault { Parted = [.. LabPlan.UnderlayOf(0).Select(address => address.Address)] };
        var started = Stopwatch.GetTimestamp();
        Eventually(() => StateOf("h1", "h2") == "down", "that the way is down");
        var took = Stopwatch.GetElapsedTime(started);
        var lost = pings.Lost();
        TestContext.Out.WriteLine($"lost {lost}, found down after {took.TotalSeconds:0.0} s");
        // One hole of the detection time, at 10 to 20 ms spacing; a busy machine gets some more, but none after it was found.
        lost.ShouldNotContain(",");
        PingRun.CountOf(lost).ShouldBeInRange(20, Math.Max(200, PingRun.MostWithin(took)));

        link.Fault = LinkFault.None;
        Eventually(() => StateOf("h1", "h2") == "up" && StateOf("h2", "h1") == "up", "that the way is up again");
        Eventually(() => GoesBy(watch, router, ping, target), "that the share of the first gateway is its own again");
        before = watch.CountFrom(router);
        using var back = _hosts.Ping("web1", target.ToString(), count: 100);
        back.Lost().ShouldBeEmpty();
        watch.CountFrom(router).ShouldBeGreaterThan(before + 90, "and stays its own");
    }

    private bool IsTold(string state) =>
        _hosts.StatusOf("h1")?["problems"]?.AsArray().Any(problem => ((string)problem!).StartsWith($"tunnel to h2: {state}")) == true;

    private static bool GoesBy(FrameWatch watch, MacAddress router, EchoSocket ping, IpAddress address)
    {
        Eventually(() => ping.Send(address, TimeSpan.FromSeconds(1)).IsReply, $"an answer of {address}");
        var before = watch.CountFrom(router);
        for (var i = 0; i < 5; i++)
            ping.Send(address, Patience).IsReply.ShouldBeTrue();
        return watch.CountFrom(router) >= before + 5;
    }

    private string? StateOf(string by, string of) =>
        (string?)_hosts.StatusOf(by)?["tunnels"]?.AsArray().Single(tunnel => (string)tunnel!["host"]! == of)!["state"];

    private static IpAddress AddressOf(IpFamily family, int number) =>
        IpAddress.Parse(family == IpFamily.V4 ? $"198.51.100.{number}" : $"2001:db8:9::{number}");

    /// <summary>A machine behind an interface of a host, which has every address that lies behind it.</summary>
    private TestNamespace Gateway(string host, string four, string six, string router4, string router6)
    {
        var station = new TestNamespace();
        using var routes = RouteSocket.Open(_hosts.Plan.NamespaceOf(host)!);
        using (var target = NetworkNamespace.Open(station.Name))
            routes.SetUp(routes.CreateVeth("up", "eth0", target));
        var link = station.Routes.ReadLink("eth0");
        station.Routes.SetUp(link);
        foreach (var address in (string[])[four, six])
        {
            var parts = address.Split('/');
            station.Routes.AddAddress(
                link,
                IpAddress.Parse(parts[0]),
                int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
            );
        }
        station.Routes.AddDefaultRoute(IpAddress.Parse(router4), link);
        station.Routes.AddDefaultRoute(IpAddress.Parse(router6), link);
        var loopback = station.Routes.ReadLink("lo");
        foreach (var number in Enumerable.Range(1, 8))
        {
            station.Routes.AddAddress(loopback, AddressOf(IpFamily.V4, number), 32);
            station.Routes.AddAddress(loopback, AddressOf(IpFamily.V6, number), 128);
        }
        return station;
    }

    /// <summary>The lab's description with two uplinks.</summary>
    private string Description()
    {
        const string plain = "      r1: {}\n";
        const string uplinks = $$"""
                  r1:
                    ports:
                      up2: { mac: "{{UplinkMac2}}", addresses: [203.0.113.1/25, "fd00:52::1/64"], host: h2, interface: up }
                      up3: { mac: "{{UplinkMac3}}", addresses: [203.0.113.129/25, "fd00:53::1/64"], host: h3, interface: up }
                    routes:
                      two4: { to: 198.51.100.0/24, via: 203.0.113.2 }
                      three4: { to: 198.51.100.0/24, via: 203.0.113.130 }
                      two6: { to: "2001:db8:9::/64", via: "fd00:52::2" }
                      three6: { to: "2001:db8:9::/64", via: "fd00:53::2" }

            """;
        var text = LabDescription.Text(_hosts.Plan).Text;
        text.ShouldContain(plain);
        return text.Replace(plain, uplinks, StringComparison.Ordinal);
    }
}
