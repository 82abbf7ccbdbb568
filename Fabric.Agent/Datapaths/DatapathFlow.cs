using Fabric.Flows;

namespace Fabric.Agent.Datapaths;

/// <summary>One decision as a datapath holds it: what it matches and what it does.</summary>
/// <remarks>
/// Masks and actions are few and shared; only id and key are a flow's own. Never changed while a datapath may hold it; then its owner may
/// make another flow of the object.
/// </remarks>
public sealed class DatapathFlow
{
    private FlowKey _key;
    private SharedMask _mask;

    /// <summary>Makes a flow.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="key">The key with the wildcarded bits cleared.</param>
    /// <param name="mask">Which bits are exact.</param>
    /// <param name="actions">What to do, in order; empty drops. Kept, not copied.</param>
    public DatapathFlow(FlowId id, in FlowKey key, SharedMask mask, FlowAction[] actions) =>
        (Id, _key, _mask, Actions) = (id, key, mask, actions);

    /// <summary>Its id.</summary>
    public FlowId Id { get; private set; }

    /// <summary>The key with the wildcarded bits cleared.</summary>
    public ref readonly FlowKey Key => ref _key;

    /// <summary>Which bits are exact.</summary>
    public ref readonly FlowMask Mask => ref _mask.Value;

    /// <summary>The mask as flows share it.</summary>
    public SharedMask SharedMask => _mask;

    /// <summary>What to do, in order; empty drops.</summary>
    public FlowAction[] Actions { get; private set; }

    /// <summary>Makes another flow of the object, which no datapath holds any more.</summary>
    internal void Become(FlowId id, in FlowKey key, SharedMask mask, FlowAction[] actions) =>
        (Id, _key, _mask, Actions) = (id, key, mask, actions);
}
