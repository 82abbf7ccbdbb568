using Fabric.Agent.Netlink;

namespace Fabric.Tests.Kernel;

/// <summary>Keeps a copy of every datagram that the kernel answers with.</summary>
internal sealed class RecordingTransport(INetlinkTransport inner) : INetlinkTransport
{
    /// <summary>Oldest first.</summary>
    public List<byte[]> Received { get; } = [];

    public void Send(ReadOnlySpan<byte> datagram) => inner.Send(datagram);

    public int Receive(Span<byte> buffer)
    {
        var length = inner.Receive(buffer);
        if (length > 0)
        {
            Received.Add(buffer[..Math.Min(length, buffer.Length)].ToArray());
        }
        return length;
    }

    public void Dispose() => inner.Dispose();
}
