using Fabric.Addresses;
using Fabric.Agent.Connections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Connections;

/// <summary>Deterministic translation: ports that follow from the station's address, and stations that follow from ports.</summary>
public class FixedPortsTest
{
    private static readonly DeviceRef Edge = new RouterId(1);

    /// <summary>The example of the manual, in figures that anyone can check.</summary>
    [Test]
    public void StationsAreNumberedAndPortsCountedOut()
    {
        var given = new FixedPorts(IpPrefix.Parse("10.1.0.0/24"), Range("203.0.113.10-203.0.113.13"), new PortRange(1024, 65_535));
        (given.Stations, given.PerAddress, given.PerStation).ShouldBe((256u, 64u, 1008));
        given.TryGoOut(IpAddress.Parse("10.1.0.70"), out var outside, out var ports).ShouldBeTrue();
        ($"{outside}", ports).ShouldBe(("203.0.113.11", new PortRange(7072, 8079)));
        given.TryGoIn(outside, 8000, out var station).ShouldBeTrue();
        $"{station}".ShouldBe("10.1.0.70");
        given.TryGoOut(IpAddress.Parse("10.2.0.70"), out _, out _).ShouldBeFalse();
        given.TryGoIn(IpAddress.Parse("203.0.113.14"), 8000, out _).ShouldBeFalse();
        given.TryGoIn(outside, 1023, out _).ShouldBeFalse();
    }

    [Test]
    public void EveryPortOutsideIsOneStationsOrNobodys()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var given = Any(new Random(seed));
            var owners = new Dictionary<(IpAddress, int), IpAddress>();
            for (var number = 0u; number < given.Stations; number++)
            {
                var station = IpAddress.Of(given.From.Family, given.From.Address.Bits + number);
                given.TryGoOut(station, out var outside, out var ports).ShouldBeTrue($"seed {seed}");
                (ports.Last - ports.First + 1).ShouldBe(given.PerStation);
                (given.Outside.Contains(outside) && ports.First >= given.Ports.First && ports.Last <= given.Ports.Last).ShouldBeTrue(
                    $"seed {seed}"
                );
                for (int port = ports.First; port <= ports.Last; port++)
                    owners.TryAdd((outside, port), station).ShouldBeTrue($"seed {seed}: {outside}:{port}");
            }
            for (var at = given.Outside.First.Bits; at <= given.Outside.Last.Bits; at++)
            {
                var outside = IpAddress.Of(given.Outside.Family, at);
                for (var port = 0; port <= ushort.MaxValue; port++)
                {
                    var isOwned = given.TryGoIn(outside, (ushort)port, out var station);
                    isOwned.ShouldBe(owners.TryGetValue((outside, port), out var owner), $"seed {seed}: {outside}:{port}");
                    if (isOwned)
                        station.ShouldBe(owner);
                }
            }
        }
    }

    /// <summary>Hosts that ask nobody, with threads that any packet of a station may come to: no port is given twice, and all of a station's are used.</summary>
    [Test]
    public void HostsAndThreadsGiveNoPortTwice()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var given = Any(random);
            var hosts = Enumerable
                .Range(0, 3)
                .Select(_ => new ConnectionHost(3, ConnectionLimits.Usual, TimeProvider.System, seed: 1))
                .ToArray();
            var owners = new Dictionary<(IpAddress, ushort), (IpAddress, ushort)>();
            var counts = new Dictionary<IpAddress, int>();
            for (var step = 0; step < 3000; step++)
            {
                var number = (uint)random.Next((int)Math.Min(given.Stations, 6));
                var station = IpAddress.Of(given.From.Family, given.From.Address.Bits + number);
                var host = hosts[number % hosts.Length];
                var thread = random.Next(host.Shards.Length);
                var port = (ushort)random.Next(65_536);
                if (!TryBegin(host, thread, given, station, port, out var back))
                {
                    counts.GetValueOrDefault(station).ShouldBe(given.PerStation, $"seed {seed}, step {step}: refused while ports are left");
                    continue;
                }
                given.TryGoIn(back.Destination, back.DestinationPort, out var owner).ShouldBeTrue();
                owner.ShouldBe(station, $"seed {seed}, step {step}");
                if (owners.TryAdd((back.Destination, back.DestinationPort), (station, port)))
                    counts[station] = counts.GetValueOrDefault(station) + 1;
                else
                    owners[(back.Destination, back.DestinationPort)].ShouldBe((station, port), $"seed {seed}, step {step}");
            }
            foreach (var host in hosts)
                host.Dispose();
        }
    }

    /// <summary>Two threads decide at once, and the second is told that it was too late.</summary>
    [Test]
    public void OfTwoThreadsThatChooseOnePortOneGetsIt()
    {
        using var host = new ConnectionHost(2, ConnectionLimits.Usual, TimeProvider.System, seed: 1);
        var one = Key("10.1.0.1", 4000, "198.51.100.1");
        var two = Key("10.1.0.1", 4002, "198.51.100.1");
        var back = one.ReverseAt(Edge) with { Destination = IpAddress.Parse("203.0.113.1"), DestinationPort = 2000 };
        Open(host, 0, one, back).ShouldBe(ConnectionOutcome.Opened);
        Open(host, 1, two, back).ShouldBe(ConnectionOutcome.Refused);
        Open(host, 1, two with { Destination = IpAddress.Parse("198.51.100.2") }, back with { Source = IpAddress.Parse("198.51.100.2") })
            .ShouldBe(ConnectionOutcome.Refused, "the port stands for another of the station's");
        Open(host, 1, one with { Destination = IpAddress.Parse("198.51.100.2") }, back with { Source = IpAddress.Parse("198.51.100.2") })
            .ShouldBe(ConnectionOutcome.Opened, "the same mapping");
        var late = new SimulationScratch();
        late.Effects.Add(Effect.OpenConnection(two, back, new PortId(1), default) with { IsFixed = true });
        host.Shards[1].Remember(late, TimeProvider.System.GetTimestamp()).ShouldBeFalse("its packet goes nowhere");
    }

    /// <summary>What another host has from the time when the rule was not deterministic is not given, until that host gives it back.</summary>
    [Test]
    public void PortsThatAreStillLeasedToAnotherHostAreNotGiven()
    {
        var address = IpAddress.Parse("203.0.113.1");
        var leases = PortLeases.None.With(new RouterId(1), new HostId(2), [new PortBlocks(address, 32, 2)]);
        leases = leases.With(new RouterId(1), new HostId(1), [new PortBlocks(address, 40, 1)]);
        var held = HeldPorts.Of(
            leases,
            new HostId(1),
            [new RouterId(1)],
            new HashSet<(RouterId, IpAddress, int)>(),
            (_, at) => at == address
        );
        held.Of(Edge, address).ToArray().ShouldBe([new PortRange(2560, 2623)], "of other rules still");
        held.Fixed(Edge, address).ToArray().ShouldBe([new PortRange(0, 2047), new PortRange(2176, 65_535)]);
        held.Fixed(Edge, IpAddress.Parse("203.0.113.2")).ToArray().ShouldBe([new PortRange(0, 65_535)]);
        var back = Key("10.1.0.1", 1, "198.51.100.1").ReverseAt(Edge) with { Destination = address };
        held.Allows(back with { DestinationPort = 2100 }).ShouldBeFalse();
        held.Allows(back with { DestinationPort = 3000 }).ShouldBeTrue();
    }

    private static bool TryBegin(ConnectionHost host, int thread, FixedPorts given, IpAddress station, ushort port, out ConnectionKey back)
    {
        var shard = host.Shards[thread];
        var forward = Key($"{station}", port, station.Family == IpFamily.V4 ? "198.51.100.1" : "2001:db8:9::1");
        given.TryGoOut(station, out var outside, out var ports).ShouldBeTrue();
        var share = shard.Ports.ForStation(isAlone: given.PerAddress == 1);
        var destination = (forward.Destination, forward.DestinationPort);
        if (shard.TryTranslate(forward, out _, out back))
            return true;
        if (!TranslationPorts.TryChoose(shard, forward, destination, AddressRange.Only(outside), ports, out back, share))
            return false;
        Open(host, thread, forward, back).ShouldBe(ConnectionOutcome.Opened);
        return true;
    }

    private static ConnectionOutcome Open(ConnectionHost host, int thread, in ConnectionKey forward, in ConnectionKey back) =>
        host.Open(thread, forward, back, new PortId(1), default, TimeProvider.System.GetTimestamp(), [], out _, isFixed: true);

    private static FixedPorts Any(Random random)
    {
        while (true)
        {
            var isV4 = random.Next(2) == 0;
            var (station, address) = isV4 ? ("10.1.0.0", "203.0.113.9") : ("fd00:1::", "2001:db8::9");
            var from = new IpPrefix(IpAddress.Parse(station), (isV4 ? 32 : 128) - random.Next(7));
            var first = IpAddress.Parse(address);
            var last = IpAddress.Of(first.Family, first.Bits + (uint)random.Next(5));
            var low = random.Next(1, 60_000);
            var given = new FixedPorts(
                from,
                new AddressRange(first, last),
                new PortRange((ushort)low, (ushort)Math.Min(65_535, low + random.Next(64, 12_000)))
            );
            if (given.PerStation >= FixedPorts.LeastPerStation)
                return given;
        }
    }

    private static AddressRange Range(string text) => NatWorld.Range(text)!.Value;

    private static ConnectionKey Key(string station, ushort port, string remote) =>
        new(Edge, IpProtocol.Udp, IpAddress.Parse(station), IpAddress.Parse(remote), port, 53, IsTranslated: true);
}
