using Fabric.Flows;

namespace Fabric.Agent.FlowTable;

/// <summary>Keeps actions that many flows share once: those that were kept last.</summary>
/// <remarks>
/// Flows between the same stations do the same, or one of as many things as a pool has members; what is not found here costs an array of its own and
/// nothing else. A place for each hash: what comes to the place of others takes it, and flows keep what they have. Not thread-safe.
/// </remarks>
internal sealed class ActionPool
{
    /// <summary>Lists of actions kept at most.</summary>
    public const int Capacity = 1 << PlaceBits;

    private const int PlaceBits = 10;

    private readonly FlowAction[][] _kept = new FlowAction[Capacity][];

    /// <summary>The actions as an array that nobody changes.</summary>
    public FlowAction[] Share(ReadOnlySpan<FlowAction> actions)
    {
        if (actions.IsEmpty)
            return [];
        ref var kept = ref _kept[PlaceOf(actions)];
        if (kept is null || !actions.SequenceEqual(kept))
            kept = actions.ToArray();
        return kept;
    }

    /// <summary>By what differs between flows: where frames go, what is set, and for which tenant. Far cheaper than the hash of all that an action has.</summary>
    private static int PlaceOf(ReadOnlySpan<FlowAction> actions)
    {
        var hash = (ulong)actions.Length;
        foreach (ref readonly var action in actions)
            hash =
                (hash ^ (ulong)action.Value ^ (ulong)(action.Value >> 64) ^ (action.Id << 16) ^ ((ulong)action.Tci << 40) ^ action.Port)
                * 0x9e37_79b9_7f4a_7c15;
        return (int)(hash >> (64 - PlaceBits));
    }
}
