namespace Fabric.Agent.Datapaths;

/// <summary>What a flow has carried so far.</summary>
/// <param name="Packets">Packets; a segment of many that crosses whole counts as one.</param>
/// <param name="Bytes">Bytes of frames without checksum trailer.</param>
/// <param name="LastUsed">When the last packet came, in the ticks of the agent's clock (<see cref="TimeProvider.GetTimestamp"/>); 0 for never.</param>
/// <param name="TcpFlags">All TCP flags seen, or-ed.</param>
public readonly record struct FlowStatistics(long Packets, long Bytes, long LastUsed, ushort TcpFlags);
