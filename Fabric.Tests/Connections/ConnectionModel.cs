using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

/// <summary>A table beside a list that does the same slowly: random openings, sightings and time, then both are asked for everything.</summary>
internal static class ConnectionModel
{
    private const int Steps = 600;

    /// <summary>Tries one seed; a difference in words, or null.</summary>
    public static string? Compare(int seed)
    {
        var random = new Random(seed);
        var table = new ConnectionTable(ConnectionLimits.Usual, seed: (ulong)seed);
        var model = new Dictionary<ConnectionKey, Entry>();
        var now = TimeSpan.Zero;
        for (var step = 0; step < Steps; step++)
        {
            var forward = Key(random);
            now += TimeSpan.FromSeconds(random.Next(20));
            var touched = new List<FlowTag>();
            var before = Answers(table);
            switch (random.Next(8))
            {
                case 0:
                    table.Expire(now, int.MaxValue, touched);
                    foreach (var (key, entry) in model.ToList().Where(pair => now - pair.Value.LastSeen > Timer(pair)))
                        model.Remove(key);
                    break;
                case 1 or 2 or 3:
                    table.Open(forward, Back(forward), new PortId(1), TcpFlags.Syn, now, touched, out _);
                    if (model.TryGetValue(forward, out var known) && known.Phase(forward) == ConnectionPhase.Closed)
                        model.Remove(forward);
                    See(model.TryGetValue(forward, out known) ? known : model[forward] = new Entry(), false, TcpFlags.Syn, now);
                    break;
                default:
                    if (!table.TryFind(forward, out var found))
                        break;
                    var isReturn = random.Next(2) == 0;
                    var flags = (TcpFlags)(
                        random.Next(8) switch
                        {
                            0 => 4,
                            1 or 2 => 0x11,
                            _ => 0x10,
                        }
                    );
                    table.See(found.Handle, isReturn ? FlowDirection.Return : FlowDirection.Forward, flags, now, touched);
                    See(model[forward], isReturn, flags, now);
                    break;
            }
            if (Difference(table, model) is { } difference)
                return $"step {step}: {difference}";
            before.SymmetricExceptWith(Answers(table));
            foreach (var (key, _, _) in before)
            {
                if (!touched.Contains(key.Tag))
                    return $"step {step}: the answer for {key} changed and nobody was told";
            }
        }
        return null;
    }

    private static string? Difference(ConnectionTable table, Dictionary<ConnectionKey, Entry> model)
    {
        if (table.Count != model.Count)
            return $"{table.Count} connections, should be {model.Count}";
        foreach (var (key, entry) in model)
        {
            if (!table.TryFind(key, out var found) || !table.TryFind(Back(key), out var back) || back.Handle != found.Handle)
                return $"{key} is not found by both directions";
            if (found.Phase != entry.Phase(key) || found.IsAnswered != entry.IsAnswered)
                return $"{key} is {found.Phase}, should be {entry.Phase(key)}";
        }
        return null;
    }

    /// <summary>What every lookup would say, as far as rules can ask.</summary>
    private static HashSet<(ConnectionKey Key, bool IsAnswered, bool IsClosed)> Answers(ConnectionTable table)
    {
        var all = new List<Connection>();
        table.CopyTo(all);
        var answers = new HashSet<(ConnectionKey, bool, bool)>();
        foreach (var connection in all)
        {
            table.TryFind(connection.Forward, out var found);
            answers.Add((connection.Forward, found.IsAnswered, found.Phase == ConnectionPhase.Closed));
            answers.Add((connection.Return, found.IsAnswered, found.Phase == ConnectionPhase.Closed));
        }
        return answers;
    }

    private static void See(Entry entry, bool isReturn, TcpFlags flags, TimeSpan now)
    {
        entry.LastSeen = now;
        entry.IsAnswered |= isReturn;
        if (isReturn)
            entry.ReturnFlags |= flags;
        else
            entry.ForwardFlags |= flags;
    }

    private static TimeSpan Timer(KeyValuePair<ConnectionKey, Entry> pair) =>
        ConnectionTimers.Of(pair.Key.Protocol, pair.Value.Phase(pair.Key), RouterTimers.Usual);

    private static ConnectionKey Key(Random random)
    {
        var isV4 = random.Next(2) == 0;
        var source = IpAddress.Parse(isV4 ? $"10.0.0.{random.Next(4)}" : $"fd00::{random.Next(4)}");
        var destination = IpAddress.Parse(isV4 ? "192.0.2.1" : "2001:db8::1");
        var protocol = random.Next(2) == 0 ? IpProtocol.Tcp : IpProtocol.Udp;
        return new ConnectionKey(new BridgeId((ulong)random.Next(1, 3)), protocol, source, destination, (ushort)random.Next(12), 80);
    }

    private static ConnectionKey Back(in ConnectionKey forward) => forward.ReverseAt(new RouterId(forward.Device.Id));

    private sealed class Entry
    {
        public TimeSpan LastSeen { get; set; }
        public bool IsAnswered { get; set; }
        public TcpFlags ForwardFlags { get; set; }
        public TcpFlags ReturnFlags { get; set; }

        public ConnectionPhase Phase(in ConnectionKey key) => ConnectionLife.PhaseOf(key.Protocol, IsAnswered, ForwardFlags, ReturnFlags);
    }
}
