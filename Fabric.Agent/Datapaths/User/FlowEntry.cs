using Fabric.Bindings;

namespace Fabric.Agent.Datapaths.User;

/// <summary>A flow in the agent's own datapath, with what it has carried.</summary>
/// <remarks>Written by the datapath's thread only; counters may be read by others a little late.</remarks>
internal sealed class FlowEntry(DatapathFlow flow)
{
    /// <summary>What it matches and does.</summary>
    public DatapathFlow Flow { get; } = flow;

    /// <summary>The longest frame that its actions are for, in bytes: what is longer is for the agent to decide about.</summary>
    public int LongestFrame { get; } = TunnelFit.LongestFrame(flow.Actions);

    /// <summary>The flow was deleted; caches that still point here must not use it.</summary>
    public bool IsDeleted;

    /// <summary>Packets carried.</summary>
    public long Packets;

    /// <summary>Bytes carried.</summary>
    public long Bytes;

    /// <summary>Time stamp of the last packet.</summary>
    public long LastUsed;

    /// <summary>TCP flags seen.</summary>
    public ushort TcpFlags;

    /// <summary>The counters as a value.</summary>
    public FlowStatistics Statistics => new(Packets, Bytes, LastUsed, TcpFlags);
}
