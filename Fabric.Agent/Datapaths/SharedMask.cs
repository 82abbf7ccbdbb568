using Fabric.Flows;

namespace Fabric.Agent.Datapaths;

/// <summary>A mask that many flows have: 160 bytes once, not in each.</summary>
public sealed class SharedMask(in FlowMask value)
{
    private readonly FlowMask _value = value;

    /// <summary>The mask.</summary>
    public ref readonly FlowMask Value => ref _value;

    /// <summary>A mask of a single flow.</summary>
    public static implicit operator SharedMask(in FlowMask mask) => new(mask);
}
