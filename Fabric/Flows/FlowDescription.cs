namespace Fabric.Flows;

/// <summary>A flow as text describes it: what it matches and what it does.</summary>
/// <param name="Key">The values; zero outside the mask.</param>
/// <param name="Mask">The bits that count.</param>
/// <param name="Actions">What is done; empty drops.</param>
public sealed record FlowDescription(FlowKey Key, FlowMask Mask, IReadOnlyList<FlowAction> Actions);
