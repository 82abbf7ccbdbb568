using Fabric.Agent.Datapaths;
using Fabric.Flows;

namespace Fabric.Agent.FlowTable;

/// <summary>Keeps each distinct mask once.</summary>
/// <remarks>Masks are rounded up to few shapes; should there be more than <see cref="Capacity"/>, the pool begins anew and flows keep what they have. Not thread-safe.</remarks>
internal sealed class MaskPool
{
    /// <summary>Masks kept at most.</summary>
    public const int Capacity = 4096;

    private readonly Dictionary<FlowMask, SharedMask> _masks = [];
    private SharedMask _last = new(default);

    /// <summary>The one object for a mask.</summary>
    public SharedMask Share(in FlowMask mask)
    {
        if (_last.Value == mask)
            return _last;
        if (_masks.TryGetValue(mask, out var known))
            return _last = known;
        if (_masks.Count == Capacity)
            _masks.Clear();
        return _last = _masks[mask] = new SharedMask(mask);
    }
}
