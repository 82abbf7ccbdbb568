using Fabric.Flows;

namespace Fabric.Agent.Datapaths;

/// <summary>One decision as a datapath holds it: what it matches and what it does.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">The key with the wildcarded bits cleared.</param>
/// <param name="Mask">Which bits are exact.</param>
/// <param name="Actions">What to do, in order; empty drops. Never changed after the flow was made.</param>
public sealed record DatapathFlow(FlowId Id, FlowKey Key, FlowMask Mask, FlowAction[] Actions);
