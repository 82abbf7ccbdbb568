namespace Fabric.Agent.FlowTable;

/// <summary>An amount of traffic.</summary>
/// <param name="Packets">Packets; a segment of many that crosses whole counts as one.</param>
/// <param name="Bytes">Bytes of frames without checksum trailer.</param>
public readonly record struct Traffic(long Packets, long Bytes);
