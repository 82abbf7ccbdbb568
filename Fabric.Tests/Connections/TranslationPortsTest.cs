using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

/// <summary>Properties of what stands outside for stations inside, over random connections that come and go.</summary>
public class TranslationPortsTest
{
    private static readonly DeviceRef Router = new RouterId(1);
    private static readonly AddressRange Outside = new(IpAddress.Parse("203.0.113.1"), IpAddress.Parse("203.0.113.2"));
    private static readonly PortRange Ports = new(2000, 2063);

    [Test]
    public void NoTwoStationsShareAPortOutsideAndEveryAnswerFindsItsWayBack()
    {
        for (var seed = 0; seed < 40; seed++)
            Hold(seed).ShouldBeNull($"seed {seed}");
    }

    [Test]
    public void ThreadsGiveDifferentPorts()
    {
        var shares = Enumerable.Range(0, 3).Select(part => new PortShare(part, 3)).ToArray();
        for (var port = 0; port <= ushort.MaxValue; port++)
            shares.Count(share => share.Contains(port)).ShouldBe(1);
    }

    [Test]
    public void AllPortsOfARangeAreUsedBeforeOneIsRefused()
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var given = new HashSet<ushort>();
        for (ushort port = 1; port <= 64; port++)
        {
            var forward = Key("10.0.0.1", port, "198.51.100.1");
            var isChosen = TranslationPorts.TryChoose(
                table,
                forward,
                (forward.Destination, forward.DestinationPort),
                AddressRange.Only(Outside.First),
                Ports,
                out var back
            );
            isChosen.ShouldBeTrue($"port {port}");
            given.Add(back.DestinationPort).ShouldBeTrue();
            table.Open(forward, back, new PortId(1), default, default, [], out _);
        }
        var more = Key("10.0.0.1", 65, "198.51.100.1");
        TranslationPorts
            .TryChoose(table, more, (more.Destination, more.DestinationPort), AddressRange.Only(Outside.First), Ports, out _)
            .ShouldBeFalse();
    }

    [Test]
    public void PortsOfTheOtherParityAreGivenBeforeNone()
    {
        var table = new ConnectionTable(ConnectionLimits.Usual);
        var given = new HashSet<ushort>();
        for (ushort number = 0; number < 64; number++)
        {
            var forward = Key("10.0.0.1", (ushort)(30_000 + 2 * number), "198.51.100.1");
            var destination = (forward.Destination, forward.DestinationPort);
            TranslationPorts.TryChoose(table, forward, destination, AddressRange.Only(Outside.First), Ports, out var back).ShouldBeTrue();
            given.Add(back.DestinationPort).ShouldBeTrue();
            (back.DestinationPort % 2 == 0).ShouldBe(number < 32, $"port {number}");
            table.Open(forward, back, new PortId(1), default, default, [], out _);
        }
    }

    [Test]
    public void PortsAreFoundAsIfEachWereTried()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var parts = random.Next(1, 12);
            var share = new PortShare(random.Next(parts), parts);
            var mapped = round % 10 == 0 ? [] : new ulong[1024];
            foreach (ref var word in mapped.AsSpan())
                word = random.Next(3) == 0 ? (ulong)random.NextInt64() : ulong.MaxValue;
            var (from, last) = (random.Next(65536), random.Next(65536));
            var expected = -1;
            for (var port = from; port <= last && expected < 0; port += 2)
            {
                if (share.Contains(port) && (mapped.Length == 0 || (mapped[port / 64] >> port % 64 & 1) == 0))
                    expected = port;
            }
            PortSearch.Next(mapped, share, from, last).ShouldBe(expected, $"round {round}");
        }
    }

    private static string? Hold(int seed)
    {
        var random = new Random(seed);
        var table = new ConnectionTable(ConnectionLimits.Usual, seed: (ulong)seed);
        var now = TimeSpan.Zero;
        for (var step = 0; step < 400; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(12));
            table.Expire(now, int.MaxValue, []);
            var forward = Key($"10.0.0.{random.Next(6)}", (ushort)random.Next(40), $"198.51.100.{random.Next(3)}");
            if (table.TryTranslate(forward, out var found, out _))
            {
                table.See(found.Handle, (FlowDirection)random.Next(2), default, now, []);
                continue;
            }
            if (!TranslationPorts.TryChoose(table, forward, (forward.Destination, forward.DestinationPort), Outside, Ports, out var back))
                continue;
            TranslationPorts.TryChoose(table, forward, (forward.Destination, forward.DestinationPort), Outside, Ports, out var again);
            if (again != back)
                return $"step {step}: chose {back}, then {again}";
            table.Open(forward, back, new PortId(1), default, now, [], out _);
            if (Fault(table) is { } fault)
                return $"step {step}: {fault}";
        }
        table.Expire(now + TimeSpan.FromDays(1), int.MaxValue, []);
        return table.Count == 0 ? null : $"{table.Count} entries are left when all connections have ended";
    }

    private static string? Fault(ConnectionTable table)
    {
        var all = new List<Connection>();
        table.CopyTo(all);
        var stations = new Dictionary<(IpAddress, ushort), (IpAddress, ushort)>();
        var outsides = new Dictionary<(IpAddress, ushort), (IpAddress, ushort)>();
        foreach (var connection in all)
        {
            var inside = (connection.Forward.Source, connection.Forward.SourcePort);
            var outside = (connection.Return.Destination, connection.Return.DestinationPort);
            if (!stations.TryAdd(outside, inside) && stations[outside] != inside)
                return $"{outside} stands for {inside} and for {stations[outside]}";
            if (!outsides.TryAdd(inside, outside) && outsides[inside] != outside)
                return $"{inside} has {outside} and {outsides[inside]}";
            if (
                !table.TryTranslate(connection.Return, out var found, out var other)
                || other != connection.Forward
                || found.Direction != FlowDirection.Return
            )
                return $"the answer {connection.Return} does not find its way back";
        }
        return null;
    }

    private static ConnectionKey Key(string station, ushort port, string remote) =>
        new(Router, IpProtocol.Udp, IpAddress.Parse(station), IpAddress.Parse(remote), port, 53, IsTranslated: true);
}
