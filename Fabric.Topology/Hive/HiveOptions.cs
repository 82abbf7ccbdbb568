using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Fabric.Devices;
using Fabric.Topology.Actors;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Hive;

/// <summary>How a hive works in this process.</summary>
public sealed record HiveOptions
{
    /// <summary>This node, as the others see it. If the description has a host of this name, the node has that host's id and not this one.</summary>
    public Member Self { get; init; } = new(new HostId(1), "local", MemberState.Live, MemberRoles.All);

    /// <summary>Threads and clock.</summary>
    public ActorRuntime Runtime { get; init; } = ActorRuntime.System;

    /// <summary>How many entries lie between two snapshots in the journal: the most that a start has to read; 10 000 by default.</summary>
    public int SnapshotEvery { get; init; } = 10_000;

    /// <summary>How many entries readers of the feed share in memory; one that is further behind reads the journal. 1024 by default.</summary>
    public int FeedWindow { get; init; } = 1024;

    /// <summary>This node's own copy of the replica, from which it starts when the journal is away; closed with the hive. None by default.</summary>
    public IReplicaStore? LocalCopy { get; init; }

    /// <summary>How long a start that has a local copy waits for a journal that does not answer, before it begins with the copy; 3 s by default.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long to go on finding out whether a commit took place, before the answer is that it may have; 10 s by default.</summary>
    public TimeSpan OutcomePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A number that no other start of any agent has.</summary>
    public ulong Incarnation { get; init; } = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Where this node runs, if it is to be in the list of members beside the journal, and the only one of its host; none by default.</summary>
    public LeaseHolder? Holder { get; init; }

    /// <summary>This agent's key for messages to others; disposed with the hive. None by default.</summary>
    public PeerKeyPair? PeerKey { get; init; }

    /// <summary>Opens what carries messages to others, for a host of a description; closed with the hive. None by default.</summary>
    public Func<HostId, ITopologyReplica, IPeerTransport>? OpenTransport { get; init; }

    /// <summary>The hosts whose feed this node follows while they live, best first, in place of the database; none by default.</summary>
    /// <remarks>Commands go to the database all the same.</remarks>
    public ImmutableArray<string> Follows { get; init; } = [];

    /// <summary>The position that packets are decided by; if not given, the replica's.</summary>
    public InForceGauge? InForce { get; init; }

    /// <summary>Is told of every alarm, on the thread that noticed; must neither block nor throw.</summary>
    public Action<HiveAlarm>? OnAlarm { get; init; }

    /// <summary>What the kind of hive is told besides, in words of its own; empty by default. A kind that knows no such words ignores it.</summary>
    public string Configuration { get; init; } = "";
}
