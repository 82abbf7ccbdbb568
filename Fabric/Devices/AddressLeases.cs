using System.Collections.Immutable;
using System.Diagnostics;

namespace Fabric.Devices;

/// <summary>Which blocks of ports of one address outside are leased to which host.</summary>
/// <remarks>Immutable. Neighbors of one host are kept as one, so that it takes as much as hosts share the address, and not as its ports.</remarks>
public sealed record AddressLeases
{
    /// <summary>Every block is free, and none was ever leased.</summary>
    public static AddressLeases None { get; } = new();

    /// <summary>The blocks that are leased, lowest first; neighbors are of different hosts or not next to each other.</summary>
    public ImmutableArray<LeasedRun> Runs { get; init; } = [];

    /// <summary>The block that was leased last, or -1: they are leased in a circle, so that one that was given back rests for as long as there are others.</summary>
    public int Last { get; init; } = -1;

    /// <summary>Whose a block is, or null.</summary>
    public HostId? HolderOf(int block)
    {
        foreach (var run in Runs)
        {
            if (block >= run.First && block < run.First + run.Count)
                return run.Host;
        }
        return null;
    }

    /// <summary>The blocks with some more leased; what is another's stays so.</summary>
    public AddressLeases With(HostId host, int first, int count)
    {
        var holders = Holders();
        for (var block = first; block < first + count; block++)
            holders[block] ??= host;
        return Of(holders, first + count - 1);
    }

    /// <summary>The blocks with some given back; what is another's stays so.</summary>
    public AddressLeases Without(HostId host, int first, int count)
    {
        var holders = Holders();
        for (var block = first; block < first + count; block++)
            holders[block] = holders[block] == host ? null : holders[block];
        return Of(holders, Last);
    }

    /// <summary>The blocks without those of a host.</summary>
    public AddressLeases Without(HostId host) =>
        Runs.Any(run => run.Host == host) ? this with { Runs = Runs.RemoveAll(run => run.Host == host) } : this;

    /// <inheritdoc/>
    public bool Equals(AddressLeases? other) => other is not null && Last == other.Last && Runs.AsSpan().SequenceEqual(other.Runs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Last, Runs.Length);

    /// <summary>The holder of each block.</summary>
    public HostId?[] Holders()
    {
        var holders = new HostId?[PortBlocks.PerAddress];
        foreach (var run in Runs)
        {
            if (new PortBlocks(default, run.First, run.Count).IsLegal)
                Array.Fill(holders, run.Host, run.First, run.Count);
        }
        return holders;
    }

    private static AddressLeases Of(HostId?[] holders, int last)
    {
        Debug.Assert(holders.Length == PortBlocks.PerAddress);
        var runs = ImmutableArray.CreateBuilder<LeasedRun>();
        for (var block = 0; block < holders.Length; )
        {
            var first = block;
            while (++block < holders.Length && holders[block] == holders[first]) { }
            if (holders[first] is { } host)
                runs.Add(new LeasedRun(first, block - first, host));
        }
        return new AddressLeases { Runs = runs.ToImmutable(), Last = last };
    }
}
