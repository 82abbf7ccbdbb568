using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Leases blocks of ports outside to hosts and takes them back.</summary>
/// <remarks>What a host has of a router it keeps, also when rules change: a translation may stand on it. It gives back itself what is of no use to it.</remarks>
internal static class PortLeaseRules
{
    public static Rejection? Lease(Draft draft, TopologyCommand.LeasePorts lease)
    {
        if (!draft.Now.Routers.TryGetValue(lease.Router, out var router))
            return Refusal.NotFound(lease.Router);
        if (!draft.Now.Hosts.TryGetValue(lease.Host, out var host))
            return Refusal.NotFound(lease.Host);
        if (lease.Wishes.IsDefaultOrEmpty || lease.Wishes.Length > ChangeLimits.MaxPortWishes)
            return Refusal.Invalid(
                $"{Refusal.Of(host)} wants ports of no address, or of more than {ChangeLimits.MaxPortWishes}",
                router.Ref
            );
        var granted = ImmutableArray.CreateBuilder<PortBlocks>();
        foreach (var wish in lease.Wishes)
        {
            if (wish.Blocks is < 1 or > PortBlocks.PerAddress)
                return Refusal.Invalid(
                    $"{Refusal.Of(host)} wants {wish.Blocks} blocks of ports of {wish.Address}: ask for 1 to {PortBlocks.PerAddress}",
                    router.Ref
                );
            granted.AddRange(Choose(draft.Now, router, wish));
        }
        if (granted.Count == 0)
            return None(router, lease.Wishes[0].Address);
        draft.Happen(new TopologyEvent.PortsLeased(router.Id, host.Id, granted.ToImmutable()));
        return null;
    }

    public static Rejection? Return(Draft draft, TopologyCommand.ReturnPorts giving)
    {
        if (giving.Blocks.IsDefault || giving.Blocks.Length > ChangeLimits.MaxPortWishes * PortBlocks.PerAddress)
            return Refusal.Invalid("more blocks of ports are given back than there are: name each once");
        var held = giving.Blocks.Where(some => some.IsLegal && IsHeld(draft.Now, giving, some)).ToImmutableArray();
        if (!held.IsEmpty)
            draft.Happen(new TopologyEvent.PortsReturned(giving.Router, giving.Host, held));
        return null;
    }

    /// <summary>As many of the free blocks as are wanted, from the one that was leased last on; whole addresses go to the first that asks.</summary>
    private static IEnumerable<PortBlocks> Choose(TopologySnapshot topology, Router router, PortWish wish)
    {
        var blocks = OutsidePorts.BlocksOf(topology, router, wish.Address);
        var leases = topology.PortLeases.Of(router.Id, wish.Address);
        var holders = leases.Holders();
        if (blocks[PortBlocks.Whole] && holders[PortBlocks.Whole] is null)
            yield return new PortBlocks(wish.Address, PortBlocks.Whole, 1);
        var left = wish.Blocks;
        for (var i = 0; i < blocks.Length && left > 0; i++)
        {
            var first = (leases.Last + 1 + i) % blocks.Length;
            var count = 0;
            while (count < left && first + count < blocks.Length && i + count < blocks.Length && IsFree(first + count))
                count++;
            if (count == 0)
                continue;
            yield return new PortBlocks(wish.Address, first, count);
            left -= count;
            i += count - 1;
        }

        bool IsFree(int block) => block != PortBlocks.Whole && blocks[block] && holders[block] is null;
    }

    private static Rejection None(Router router, IpAddress address) =>
        new(
            RejectionReason.Conflict,
            $"{Refusal.Of(router)} has no block of ports of {address} that is free: give its rule more ports or more addresses",
            router.Ref
        );

    private static bool IsHeld(TopologySnapshot topology, TopologyCommand.ReturnPorts giving, PortBlocks some)
    {
        foreach (var run in topology.PortLeases.Of(giving.Router, some.Address).Runs)
        {
            if (run.Host == giving.Host && run.First < some.First + some.Count && some.First < run.First + run.Count)
                return true;
        }
        return false;
    }
}
