namespace Fabric.Agent.Cli.Capturing;

/// <summary>A captured packet with its bytes.</summary>
/// <param name="Packet">What is known of it.</param>
/// <param name="Bytes">The frame, from the Ethernet header; not changed any more.</param>
internal readonly record struct CapturedFrame(CapturedPacket Packet, byte[] Bytes);
