namespace Fabric.Flows;

/// <summary>A packet as text describes it.</summary>
/// <param name="InPort">The port it enters by, as written: a number, or the name of a virtual port such as shop/web1; empty if not told.</param>
/// <param name="Key">Its headers, defaults included; the datapath port only if <paramref name="InPort"/> is a number.</param>
/// <param name="Told">The bits of the key that the text tells; the others hold defaults, which a caller who knows better may replace.</param>
/// <param name="Payload">What follows the headers.</param>
/// <param name="At">When it comes in, since the first of several; null if not told.</param>
public sealed record PacketDescription(string InPort, FlowKey Key, FlowMask Told, ReadOnlyMemory<byte> Payload, TimeSpan? At = null)
{
    /// <summary>Makes the packet's frame.</summary>
    public byte[] ToFrame() => PacketSynthesizer.Build(Key, Payload.Span);
}
