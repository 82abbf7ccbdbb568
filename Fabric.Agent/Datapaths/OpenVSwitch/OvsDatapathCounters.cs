namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>What a datapath of the kernel has seen since it was made.</summary>
/// <param name="Hits">Packets that a flow matched.</param>
/// <param name="Misses">Packets that none matched: upcalls, and those lost.</param>
/// <param name="Lost">Misses that no socket had room for: packets that user space never saw.</param>
/// <param name="Flows">Flows held now.</param>
/// <param name="Masks">Distinct masks held now; each costs a lookup.</param>
/// <param name="MaskHits">Masks tried for all packets.</param>
/// <param name="CacheHits">Packets whose mask was found at once; 0 on kernels before 5.9.</param>
internal readonly record struct OvsDatapathCounters(
    long Hits,
    long Misses,
    long Lost,
    long Flows,
    long Masks,
    long MaskHits,
    long CacheHits
);
