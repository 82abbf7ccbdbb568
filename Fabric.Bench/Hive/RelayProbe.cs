using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Bench.Results;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;

namespace Fabric.Bench.Hive;

/// <summary>From a command to its being at every one of very many nodes, behind a tree of relays with one database at its top.</summary>
/// <remarks>
/// All nodes are in this process, on its processors, with messages sealed as ever and passed in memory. At the top are whole hives on the
/// database; below them nodes with replicas of their own, which begin as one and share what does not change; below these nodes that
/// keep no description, and follow by position and hash.
/// </remarks>
internal static class RelayProbe
{
    private const int Roots = 8;
    private const int Replicas = 192;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>Measures.</summary>
    public static async Task MeasureAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        using var folder = new BenchFolder();
        var all = new ConcurrentDictionary<IpAddress, RelayTransport>();
        ImmutableArray<PeerKeyPair> keys = [.. Enumerable.Range(0, effort.Nodes).Select(_ => PeerKeyPair.Create())];
        await using (var first = await OpenAsync(0, hasKey: false))
            await HiveSite.SubmitAsync(first, Describe(keys, effort.NodePorts), stop);
        var roots = new List<IHive>();
        for (var i = 0; i < Roots; i++)
            roots.Add(await OpenAsync(i, hasKey: true));
        var (watch, nodes) = (new RelayWatch(effort.Nodes), new List<RelayNode>());
        var following = roots.Select((hive, i) => FollowAsync(hive, position => watch.Note(i, position))).ToArray();
        try
        {
            for (var i = Roots; i < effort.Nodes; i++)
                nodes.Add(Start(i));
            await UntilAsync(() => nodes.TrueForAll(node => node.IsFollowing), stop);
            var times = new List<double>();
            for (var i = 0; i < effort.Changes; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                var change = new TopologyCommand.PutDevice(
                    new Bridge { Id = new BridgeId((ulong)i + 1), Name = new DeviceName("late", $"b{i}") }
                );
                watch.Expect(await HiveSite.SubmitAsync(roots[i % Roots], change, stop));
                times.Add(Stopwatch.GetElapsedTime(begun, await watch.AllAsync().WaitAsync(s_patience, stop)).TotalMilliseconds);
            }
            var what = $"a change is at all of {effort.Nodes:#,0} nodes behind relays";
            figures.Add(new HiveMetric($"{what}, p50", "ms"), Percentile.Of(times, 0.5));
            figures.Add(new HiveMetric($"{what}, p99", "ms", Goal.AtMost(400)), Percentile.Of(times, 0.99));

            // The children of one relay have another to go to.
            await nodes[0].DisposeAsync();
            nodes.RemoveAt(0);
            var lost = Stopwatch.GetTimestamp();
            watch.Forget(Roots);
            watch.Expect(await HiveSite.SubmitAsync(roots[0], new TopologyCommand.DeleteDevice(new BridgeId(1)), stop));
            var healed = Stopwatch.GetElapsedTime(lost, await watch.AllAsync().WaitAsync(s_patience, stop)).TotalSeconds;
            figures.Add(new HiveMetric("a relay is lost, and a change is at all who followed it after", "s"), healed);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
            foreach (var hive in roots)
                await hive.DisposeAsync();
            await Task.WhenAll(following);
        }

        Task<IHive> OpenAsync(int node, bool hasKey) =>
            new SqlHiveFactory().OpenAsync(
                folder.Journal,
                new HiveOptions
                {
                    Self = new Member(IdOf(node), NameOf(node), MemberState.Live, MemberRoles.All),
                    PeerKey = hasKey ? keys[node] : null,
                    OpenTransport = hasKey ? (_, _) => new RelayTransport(all, AddressOf(node)) : null,
                },
                stop
            );

        RelayNode Start(int node)
        {
            var hasReplica = node < Roots + Replicas;
            // One above, and one beside that for when it is lost.
            HostId[] sources = hasReplica
                ? [IdOf(node % Roots), IdOf((node + 1) % Roots)]
                : [IdOf(Roots + node % Replicas), IdOf(Roots + (node + 1) % Replicas)];
            return new RelayNode(
                IdOf(node),
                keys[node],
                roots[0].Replica.State,
                roots[0].Replica,
                hasReplica,
                new RelayTransport(all, AddressOf(node)),
                sources,
                position => watch.Note(node, position)
            );
        }
    }

    private static TopologyCommand.Batch Describe(ImmutableArray<PeerKeyPair> keys, int ports)
    {
        var hosts = keys.Select(
            (_, i) =>
                new Host
                {
                    Id = IdOf(i),
                    Name = new DeviceName("", NameOf(i)),
                    Underlay = [AddressOf(i)],
                }
        );
        var bridge = new Bridge { Id = new BridgeId(ulong.MaxValue), Name = new DeviceName("tenant", "bridge") };
        var places = Enumerable
            .Range(0, ports)
            .Select(i =>
                LargeNetwork.PortOf(i) with
                {
                    Owner = bridge.Id,
                    InboundChain = null,
                    Binding = new HostBinding(IdOf(i % keys.Length), $"veth{i}"),
                }
            );
        IEnumerable<Device> devices = [.. hosts, bridge, .. places];
        return new TopologyCommand.Batch([
            .. devices.Select(device => (TopologyCommand)new TopologyCommand.PutDevice(device)),
            .. keys.Select((key, i) => new TopologyCommand.KeyHost(IdOf(i), key.Public)),
        ]);
    }

    private static async Task FollowAsync(IHive hive, Action<long> note)
    {
        await foreach (var item in hive.FeedAsync(hive.Replica.Topology.Position))
            note(item.Head.Position);
    }

    private static async Task UntilAsync(Func<bool> isSo, CancellationToken stop)
    {
        for (var begun = Stopwatch.GetTimestamp(); !isSo(); await Task.Delay(50, stop))
        {
            if (Stopwatch.GetElapsedTime(begun) > s_patience)
                throw new IOException("the nodes of the benchmark do not find their relays");
        }
    }

    private static HostId IdOf(int node) => new((ulong)node + 1);

    private static string NameOf(int node) => $"n{node}";

    private static IpAddress AddressOf(int node) => IpAddress.V4(0xc612_0001u + (uint)node);
}
