using Fabric.Agent.Netlink;

namespace Fabric.Tests.Netlink;

/// <summary>A kernel that is a function from a request to the datagrams it answers with.</summary>
internal sealed class FakeKernel(Func<byte[], IEnumerable<byte[]>> answer) : INetlinkTransport
{
    private readonly Queue<byte[]> _waiting = new();

    /// <summary>All requests, oldest first.</summary>
    public List<byte[]> Requests { get; } = [];

    /// <summary>A kernel that answers every request with the same messages, whose sequence numbers it fills in.</summary>
    public static FakeKernel Answering(params Reply[] replies) => new(request => [Reply.Join(request, replies)]);

    /// <summary>Puts a datagram in line that nobody asked for.</summary>
    public void Notify(byte[] datagram) => _waiting.Enqueue(datagram);

    public void Send(ReadOnlySpan<byte> datagram)
    {
        var request = datagram.ToArray();
        Requests.Add(request);
        foreach (var reply in answer(request))
        {
            _waiting.Enqueue(reply);
        }
    }

    public int Receive(Span<byte> buffer)
    {
        if (!_waiting.TryDequeue(out var datagram))
        {
            return 0;
        }
        datagram.AsSpan(0, Math.Min(datagram.Length, buffer.Length)).CopyTo(buffer);
        return datagram.Length;
    }

    public void Dispose() { }
}
