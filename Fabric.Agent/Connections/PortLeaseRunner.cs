using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Changes;
using Fabric.Collections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Agent.Connections;

/// <summary>Leases ports outside ahead of need and gives back what is too many, a turn at a time.</summary>
/// <remarks>
/// <para>
/// A block is given back in this order: the upcall threads are told that nothing more may begin in it; the tables are gone through, and what is used
/// waits; then the hive is told. So nothing is translated in a block that another host may have.
/// </para>
/// <para>
/// While the database is away nothing is leased and nothing given back: translations go on in the ports that are here. As long as a member
/// of the network is of a release that knows no leases, ports are divided among threads alone, as they were then.
/// </para>
/// <para>Its caller takes one turn at a time.</para>
/// </remarks>
internal sealed class PortLeaseRunner
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_countEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_countAgain = TimeSpan.FromMilliseconds(50);

    private readonly IHive _hive;
    private readonly HostId _self;
    private readonly ConnectionHost _connections;
    private readonly TimeProvider _clock;
    private readonly Audience _audience = new();
    private readonly HashSet<RouterId> _translating = [];
    private readonly HashSet<RouterId> _mine = [];
    private readonly Dictionary<RouterId, Reading> _settled = [];
    private readonly HashSet<(RouterId Router, IpAddress Address, int Block)> _leaving = [];
    private Dictionary<RouterId, int> _reach = [];
    private TopologySnapshot _topology = TopologySnapshot.Empty;
    private PortUse _use = new([]);
    private CommandEnvelope? _unknown;
    private bool _isOld;
    private TimeSpan _now;
    private TimeSpan _nextCount;
    private TimeSpan _earliestCount;
    private TimeSpan _nextTry;

    /// <param name="hive">Who leases.</param>
    /// <param name="self">This host.</param>
    /// <param name="connections">Who translates; it is told at once what is leased already.</param>
    /// <param name="clock">The agent's.</param>
    internal PortLeaseRunner(IHive hive, HostId self, ConnectionHost connections, TimeProvider clock)
    {
        (_hive, _self, _connections, _clock) = (hive, self, connections, clock);
        Follow();
        Publish();
    }

    /// <summary>Does what there is to do now.</summary>
    /// <param name="wanted">Addresses that packets found no port of.</param>
    /// <param name="isCrowded">Half of the ports of some address may be in use.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task TurnAsync(IReadOnlySet<(RouterId Router, IpAddress Address)> wanted, bool isCrowded, CancellationToken cancellation)
    {
        _now = _clock.GetElapsedTime(0);
        Follow();
        if (_now < _nextTry || _unknown is { } unknown && !await TellAsync(unknown, cancellation))
            return;
        var isDue = _now >= _nextCount || (isCrowded || wanted.Count > 0) && _now >= _earliestCount;
        if (isDue)
            Count();
        var spare = int.MaxValue;
        foreach (var id in _reach.Keys.Union(_mine).ToArray())
        {
            if (!_topology.Routers.TryGetValue(id, out var router))
                continue;
            var reading = ReadingOf(router);
            var addresses = wanted.Where(one => one.Router == id).Select(one => one.Address).ToHashSet();
            // Whoever is alone has all, whatever is in use.
            if (_settled.GetValueOrDefault(id) == reading && (!isDue || reading.Hosts == 1 && addresses.Count == 0))
                continue;
            var plan = new PortLeasePlan(_topology, _self, _use, _connections.Shards.Length);
            var step = plan.Of(router, reading.Hosts, addresses);
            if (!await TakeAsync(id, step, cancellation))
                return;
            _settled[id] = ReadingOf(router);
            spare = Math.Min(spare, step.Spare);
        }
        if (isDue)
            _connections.CountDown(spare);
    }

    /// <summary>Asks for what a step wishes, and gives back what it would.</summary>
    private async Task<bool> TakeAsync(RouterId router, PortLeaseStep step, CancellationToken cancellation)
    {
        foreach (var wishes in step.Wishes.Chunk(ChangeLimits.MaxPortWishes))
        {
            var lease = new TopologyCommand.LeasePorts(router, _self, [.. wishes]);
            if (!await TellAsync(NewEnvelope("ports to translate to", lease), cancellation))
                return false;
        }
        Leave(router, step.Leaving);
        if (step.Leaving.IsEmpty)
            return true;
        var use = new PortUse(step.Leaving.Select(some => ((DeviceRef)router, some.Address)).Distinct());
        _connections.NoteUse(use);
        var empty = _leaving
            .Where(one => one.Router == router && !use.IsUsed(router, one.Address, one.Block))
            .OrderBy(one => (one.Address, one.Block))
            .ToArray();
        if (empty.Length == 0)
            return true;
        var blocks = empty.Select(one => new PortBlocks(one.Address, one.Block, 1));
        var giving = new TopologyCommand.ReturnPorts(router, _self, [.. blocks]);
        if (!await TellAsync(NewEnvelope("ports that are not needed", giving), cancellation))
            return false;
        _leaving.ExceptWith(empty);
        return true;
    }

    /// <summary>From here on nothing more begins in these blocks of a router, and again in all others.</summary>
    private void Leave(RouterId router, ImmutableArray<PortBlocks> blocks)
    {
        var leaving = blocks.SelectMany(some => Enumerable.Range(some.First, some.Count).Select(block => (router, some.Address, block)));
        var before = _leaving.Where(one => one.Router == router).ToHashSet();
        if (before.SetEquals(leaving))
            return;
        _leaving.ExceptWith(before);
        _leaving.UnionWith(leaving);
        Publish();
    }

    /// <summary>Tells the hive; false if there is no answer, and the turn should end.</summary>
    private async Task<bool> TellAsync(CommandEnvelope envelope, CancellationToken cancellation)
    {
        _unknown = envelope;
        var answer = await _hive.SubmitAsync(envelope, cancellation);
        var isAnswered = answer is not SubmitResult.Unavailable;
        if (!isAnswered)
            _nextTry = _now + s_pause;
        // What may be stored is asked about again, under the same request, before anything else is done.
        if (answer is SubmitResult.Unavailable { MayBeStored: true })
            return false;
        _unknown = null;
        // A network of which nothing was ever leased has no host that would mind.
        _isOld = !isAnswered || answer is SubmitResult.Rejected { Rejection.Reason: RejectionReason.TooNew };
        Follow();
        if (_topology.PortLeases.ByRouter.IsEmpty)
            Publish();
        return isAnswered;
    }

    private CommandEnvelope NewEnvelope(string reason, TopologyCommand command)
    {
        var request = new RequestId(BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(16)));
        var name = _topology.Hosts.GetValueOrDefault(_self)?.Name.Name ?? $"{_self}";
        return new CommandEnvelope(request, $"agent {name}", reason, command);
    }

    /// <summary>Goes on to the newest description; costs what changed in it.</summary>
    private void Follow()
    {
        var (before, now) = (_topology, _hive.Replica.Topology);
        if (ReferenceEquals(before, now))
            return;
        _topology = now;
        foreach (var id in before.Routers.KeysUnlike(now.Routers))
            Keep(_translating, id, now.Routers.GetValueOrDefault(id) is { Translates: true });
        foreach (var id in before.PortLeases.ByRouter.KeysUnlike(now.PortLeases.ByRouter))
            Keep(_mine, id, now.PortLeases.BlocksOf(id, _self).Any());
        var isElsewhere = !ReferenceEquals(before.Routers, now.Routers) || !ReferenceEquals(before.Ports, now.Ports);
        if (isElsewhere)
            _reach = _translating.Select(id => KeyValuePair.Create(id, HostsOf(id))).Where(pair => pair.Value > 0).ToDictionary();
        if (isElsewhere || !ReferenceEquals(before.PortLeases, now.PortLeases))
            Publish();

        static void Keep(HashSet<RouterId> set, RouterId id, bool isIn) => _ = isIn ? set.Add(id) : set.Remove(id);
    }

    /// <summary>How many hosts can reach a router; 0 if this one cannot.</summary>
    private int HostsOf(RouterId router) =>
        _audience.Of(_topology, router) is var hosts && hosts.Contains(_self) ? hosts.Count(_topology.Hosts.ContainsKey) : 0;

    private void Publish() =>
        _connections.Held =
            _isOld && _topology.PortLeases.ByRouter.IsEmpty
                ? null
                : HeldPorts.Of(_topology.PortLeases, _self, _reach.Keys.Union(_mine), _leaving, AreStations);

    private bool AreStations(RouterId id, IpAddress address) =>
        _topology.Routers.TryGetValue(id, out var router) && OutsidePorts.AreStations(router, address);

    /// <summary>Counts the ports in use, where another host may need them; not again for as long as it must not take a tenth of a processor.</summary>
    private void Count()
    {
        var addresses =
            from id in _mine
            where _reach.GetValueOrDefault(id) != 1
            from some in _topology.PortLeases.BlocksOf(id, _self)
            select ((DeviceRef)id, some.Address);
        _use = new PortUse(addresses.Distinct());
        if (!_use.IsEmpty)
            _connections.NoteUse(_use);
        var end = _clock.GetElapsedTime(0);
        _earliestCount = end + s_countAgain + 10 * (end - _now);
        _nextCount = _earliestCount + s_countEvery;
    }

    private Reading ReadingOf(Router router) =>
        new(
            router,
            _topology.RouterIndexes.GetValueOrDefault(router.Id),
            _topology.PortLeases.OfRouter(router.Id),
            _reach.GetValueOrDefault(router.Id)
        );

    /// <summary>What a step rests on beside the use.</summary>
    private readonly record struct Reading(Router Router, RouterIndex? Index, PersistentMap<IpAddress, AddressLeases> Leases, int Hosts);
}
