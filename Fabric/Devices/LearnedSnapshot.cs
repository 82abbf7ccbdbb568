using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;

namespace Fabric.Devices;

/// <summary>What the network has learned from traffic, which changes fast and is not in the journal.</summary>
/// <remarks>Immutable; any thread. One packet sees one of these from beginning to end. Expiry is the owner's business: what is here, holds.</remarks>
public sealed record LearnedSnapshot
{
    /// <summary>Nothing learned.</summary>
    public static LearnedSnapshot Empty { get; } = new();

    /// <summary>The port behind which a station was last heard.</summary>
    public PersistentMap<MacKey, PortId> Macs { get; init; } = PersistentMap<MacKey, PortId>.Empty;

    /// <summary>The Ethernet address of neighbors that answered.</summary>
    public PersistentMap<NeighborKey, MacAddress> Neighbors { get; init; } = PersistentMap<NeighborKey, MacAddress>.Empty;

    /// <summary>Neighbors that were asked for and did not answer in time, until asked again.</summary>
    public ImmutableHashSet<NeighborKey> FailedNeighbors { get; init; } = [];

    /// <summary>Exterior ports that their hosts report as down: no interface, or its link is down.</summary>
    public ImmutableHashSet<PortId> DownPorts { get; init; } = [];

    /// <summary>How the members of pools are that are checked.</summary>
    public PersistentMap<PoolKey, PoolHealth> Health { get; init; } = PersistentMap<PoolKey, PoolHealth>.Empty;

    /// <summary>Other hosts that this one's packets do not reach over the underlay, as it finds itself; nobody is told.</summary>
    public ImmutableHashSet<HostId> UnreachedHosts { get; init; } = [];
}
