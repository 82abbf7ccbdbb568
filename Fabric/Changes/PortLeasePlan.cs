using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>How many ports outside a host should have: ahead of need, and no more than leaves others theirs.</summary>
/// <remarks>
/// <para>
/// A host that alone can reach a router takes all of its ports, so that stations keep their own as they did. Of several each takes its part of one half
/// ahead of need, twice what it uses when less than half of that is free, and what is left of the other half is for whoever comes. When
/// little is left, hosts give back what they have beyond four times what they use; what is in use of that is given back when it is not any more.
/// </para>
/// <para>No clock: what nobody else needs does no harm where it is.</para>
/// </remarks>
/// <param name="topology">The description.</param>
/// <param name="self">The host.</param>
/// <param name="use">The ports in use there.</param>
/// <param name="parts">How many threads share them.</param>
public sealed class PortLeasePlan(TopologySnapshot topology, HostId self, PortUse use, int parts)
{
    /// <summary>What to do at a router.</summary>
    /// <param name="router">The router.</param>
    /// <param name="hosts">How many hosts can reach it; 0 if this one cannot.</param>
    /// <param name="wanted">Addresses that packets found no port of.</param>
    public PortLeaseStep Of(Router router, int hosts, IReadOnlySet<IpAddress> wanted)
    {
        var wishes = ImmutableArray.CreateBuilder<PortWish>();
        var leaving = ImmutableArray.CreateBuilder<PortBlocks>();
        var spare = int.MaxValue;
        var ahead = hosts == 0 ? [] : OutsidePorts.AddressesOf(topology, router).Concat(wanted).ToHashSet();
        foreach (var address in ahead.Concat(topology.PortLeases.OfRouter(router.Id).Keys).Distinct().Order())
        {
            var blocks = hosts == 0 ? new bool[PortBlocks.PerAddress] : OutsidePorts.BlocksOf(topology, router, address);
            var leases = topology.PortLeases.Of(router.Id, address);
            var standing = new Standing(blocks, leases.Holders(), self);
            var ports = UsedOf(router, address, standing);
            var used = (ports + PortBlocks.Size - 1) / PortBlocks.Size;
            if (hosts > 1 && ahead.Contains(address))
                spare = Math.Min(spare, Math.Max(PortBlocks.Size / 2, standing.Mine * PortBlocks.Size / 2 - ports));
            var more = ahead.Contains(address) ? MoreOf(standing, hosts, used) : 0;
            if (more > 0)
                wishes.Add(new PortWish(address, more));
            else if (leases.Runs.Any(run => run.Host == self))
                leaving.AddRange(LeavingOf(router, address, standing, standing.Mine - KeptOf(standing, hosts, used)));
        }
        return new PortLeaseStep(wishes.ToImmutable(), leaving.ToImmutable(), spare);
    }

    /// <summary>Blocks to ask for; half of what is free at most, so that two that ask in turn come to have as much as each other.</summary>
    private static int MoreOf(Standing standing, int hosts, int used)
    {
        if (hosts == 1)
            return standing.Free;
        var goal = Math.Max(AheadOf(standing, hosts), standing.Mine);
        if (2 * used > standing.Mine)
            goal = Math.Max(goal, standing.IsScarce ? 2 * used + 1 : 4 * used);
        return Math.Min(goal - standing.Mine, (standing.Free + 1) / 2);
    }

    private static int KeptOf(Standing standing, int hosts, int used) =>
        hosts > 1 && standing.IsScarce ? Math.Max(AheadOf(standing, hosts), 4 * used) : standing.Mine;

    private static int AheadOf(Standing standing, int hosts) => Math.Max(1, standing.All / (2 * hosts));

    /// <summary>Ports in use, as if each thread used as many as the one that uses most.</summary>
    private int UsedOf(Router router, IpAddress address, Standing standing) =>
        standing.Mine == 0
            ? 0
            : use.Count(router.Ref, address, [.. standing.Held.Select(block => new PortBlocks(address, block, 1).Ports)], parts);

    /// <summary>What no rule gives any more, and so many of the others: first those that are not in use, the highest first.</summary>
    private IEnumerable<PortBlocks> LeavingOf(Router router, IpAddress address, Standing standing, int count)
    {
        var blocks = standing
            .Held.Where(block => standing.Blocks[block] && block != PortBlocks.Whole)
            .OrderBy(block => use.IsUsed(router.Ref, address, block))
            .ThenByDescending(block => block)
            .Take(count)
            .Concat(standing.Held.Where(block => !standing.Blocks[block]));
        return blocks.Select(block => new PortBlocks(address, block, 1));
    }

    /// <summary>How the blocks of an address are spread; whole addresses do not count.</summary>
    private sealed record Standing(bool[] Blocks, HostId?[] Holders, HostId Self)
    {
        public int All { get; } = Blocks.Skip(1).Count(isOfUse => isOfUse);
        public int Mine { get; } = Enumerable.Range(1, Blocks.Length - 1).Count(block => Blocks[block] && Holders[block] == Self);
        public int Free { get; } = Enumerable.Range(1, Blocks.Length - 1).Count(block => Blocks[block] && Holders[block] is null);

        /// <summary>All of the host's, also those that are of no use.</summary>
        public IEnumerable<int> Held => Enumerable.Range(0, Blocks.Length).Where(block => Holders[block] == Self);

        /// <summary>Less than an eighth is left.</summary>
        public bool IsScarce => Free < Math.Max(1, All / 8);
    }
}
