using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>The order in which a network becomes what is wanted.</summary>
/// <remarks>
/// Each command of a batch must find what it names, and devices name each other in circles: a port its chain, a rule of that chain the port. So
/// links that end and ports that move go first; then everything is created without rules and routes; then come links, rules and
/// routes; what is not wanted is named by nobody then, once it is stripped of rules and routes of its own, and goes last.
/// </remarks>
internal sealed partial class DiffPlan
{
    private readonly DiffPair _pair;
    private readonly ImmutableArray<TopologyCommand>.Builder _commands = ImmutableArray.CreateBuilder<TopologyCommand>();

    /// <summary>Chains and routers as the commands so far would leave them, where that is not as they are now.</summary>
    private readonly Dictionary<DeviceRef, Device> _interim = [];

    /// <summary>Devices of the network that commands so far would change.</summary>
    private readonly HashSet<DeviceRef> _changed = [];

    private DiffPlan(DiffPair pair) => _pair = pair;

    /// <summary>Makes the plan.</summary>
    public static TopologyCommand.Batch Make(DiffPair pair)
    {
        var plan = new DiffPlan(pair);
        plan.Unlink();
        plan.DeleteMoved();
        plan.PutAll();
        plan.Link();
        plan.PutRules();
        plan.PutRoutes();
        plan.PutNat();
        plan.DeleteUnwanted();
        return new TopologyCommand.Batch(plan._commands.DrainToImmutable()) { Expected = plan.Expected() };
    }

    /// <summary>What is overwritten or deleted must still be what was looked at.</summary>
    private ImmutableArray<DeviceVersion> Expected() =>
        [
            .. _changed
                .Select(Current.Find)
                .OfType<Device>()
                .OrderBy(device => (device.Ref.Kind, device.Name))
                .Select(device => new DeviceVersion(device.Ref, device.Version)),
        ];

    private void Add(TopologyCommand command, params ReadOnlySpan<DeviceRef> changed)
    {
        _commands.Add(command);
        foreach (var device in changed)
            _changed.Add(device);
    }

    private TopologySnapshot Current => _pair.Current;

    /// <summary>Undoes links that are not wanted, so that their ports are free.</summary>
    private void Unlink()
    {
        var undone = new HashSet<PortId>();
        foreach (var port in Current.Ports.Values.OrderBy(port => port.Name))
        {
            if (port.Peer is not { } peer || !undone.Add(port.Id))
                continue;
            undone.Add(peer);
            if (!KeepsPeer(port.Id, peer) || !KeepsPeer(peer, port.Id))
                Add(new TopologyCommand.UnlinkPort(port.Id), port.Id, peer);
        }
    }

    private bool KeepsPeer(PortId id, PortId peer) =>
        _pair.WantedById.TryGetValue(id, out var wanted) ? ((Port)wanted).Peer == peer : !_pair.IsGoing(id);

    private void Link()
    {
        foreach (var port in _pair.Wanted.OfType<Port>())
        {
            // Each link once, by the end of the lower id.
            if (port.Peer is { } peer && port.Id.CompareTo(peer) < 0 && Current.Ports.GetValueOrDefault(port.Id)?.Peer != peer)
                Add(new TopologyCommand.LinkPorts(port.Id, peer), port.Id, peer);
        }
    }

    /// <summary>Deletes ports that are wanted elsewhere, whose names the new ones need, and takes the rules and routes along that name them.</summary>
    private void DeleteMoved()
    {
        var moved = _pair.Moved.Select(port => port.Ref).ToHashSet();
        foreach (var referrer in moved.SelectMany(ReferrersOf).Distinct().OrderBy(reference => (reference.Kind, reference.Id)).ToList())
        {
            var stripped = Current.Find(referrer) switch
            {
                Chain chain => chain with { Rules = chain.Rules.RemoveAll(rule => rule.References.Any(moved.Contains)) },
                Router router => router with
                {
                    Routes = router.Routes.RemoveRange(NamesOfRoutesBy(router, moved)),
                    Nat = router.Nat.RemoveRange(
                        router.Nat.Values.Where(rule => rule.Port is { } port && moved.Contains(port)).Select(rule => rule.Name)
                    ),
                },
                _ => (Device?)null,
            };
            if (stripped is not null)
                PutInterim(stripped);
        }
        foreach (var port in _pair.Moved)
            Add(new TopologyCommand.DeleteDevice(port.Ref), port.Ref);
    }

    private IEnumerable<DeviceRef> ReferrersOf(DeviceRef reference) => Current.ReferrersOf(reference);

    private static IEnumerable<string> NamesOfRoutesBy(Router router, HashSet<DeviceRef> ports) =>
        router.Routes.Values.Where(route => route.Port is { } port && ports.Contains(port)).Select(route => route.Name);

    private void DeleteUnwanted()
    {
        foreach (var device in _pair.Unwanted)
        {
            var known = Known(device.Ref);
            Device? bare = known switch
            {
                Chain { Rules.IsEmpty: false } chain => chain with { Rules = [] },
                Router router when !router.Routes.IsEmpty || router.Translates || !router.Pools.IsEmpty => router with
                {
                    Routes = Router.NoRoutes,
                    Nat = Router.NoNat,
                    Pools = Router.NoPools,
                    Balancers = Router.NoBalancers,
                },
                _ => null,
            };
            if (bare is not null)
                PutInterim(bare);
        }
        // Ports come first among the kinds, and chains after all that names them.
        foreach (var device in _pair.Unwanted)
            Add(new TopologyCommand.DeleteDevice(device.Ref), device.Ref);
    }

    /// <summary>A device as the commands so far would leave it; null if it would not be there.</summary>
    private Device? Known(DeviceRef reference) => _interim.GetValueOrDefault(reference) ?? Current.Find(reference);

    private void PutInterim(Device device)
    {
        Add(new TopologyCommand.PutDevice(device with { Version = 0 }), device.Ref);
        _interim[device.Ref] = device;
    }
}
