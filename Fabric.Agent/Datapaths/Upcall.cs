using Fabric.Agent.Datapaths.User;
using Fabric.Flows;

namespace Fabric.Agent.Datapaths;

/// <summary>A packet that no flow of the datapath matched.</summary>
/// <remarks>A mutable slot of an <see cref="UpcallBatch"/>; valid until the datapath is polled again.</remarks>
public struct Upcall
{
    /// <summary>The packet's headers, as the datapath understood them; the datapath port is in it.</summary>
    public FlowKey Key;

    /// <summary>The frame, from its Ethernet header on.</summary>
    public unsafe byte* Frame;

    /// <summary>The frame's length in bytes.</summary>
    public int FrameLength;

    /// <summary>The frame's bytes.</summary>
    public readonly unsafe Span<byte> Bytes => new(Frame, FrameLength);

    /// <summary>The length of the longest frame that it makes on a wire, in bytes.</summary>
    public readonly int WireLength => Offload.WireLengthOf(Bytes);

    /// <summary>What the sender left to be done: an unfinished checksum, segments to be cut.</summary>
    public VirtioNetHeader Offload;

    /// <summary>Where the datapath keeps the frame, for executing actions on it in place.</summary>
    public int Handle;

    /// <summary>The key tells less than matching needs: forward, but keep no flow.</summary>
    public bool IsKeyIncomplete;
}
