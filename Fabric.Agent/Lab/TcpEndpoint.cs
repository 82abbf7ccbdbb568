using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Agent.Lab;

/// <summary>A TCP server in a namespace that sends back what it receives, and the clients that try it.</summary>
public sealed class TcpEndpoint : IDisposable
{
    private readonly Socket _listener;
    private readonly Task _serving;

    private TcpEndpoint(Socket listener)
    {
        _listener = listener;
        _serving = ServeAsync();
    }

    /// <summary>Starts to listen.</summary>
    public static TcpEndpoint Listen(string namespaceName, IpAddress address, ushort port)
    {
        var listener = NetworkNamespace.Run(namespaceName, () => new Socket(FamilyOf(address), SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(EndpointOf(address, port));
        listener.Listen();
        return new TcpEndpoint(listener);
    }

    /// <summary>Opens a connection from a namespace, and sends a word there and back.</summary>
    public static async Task<TcpOutcome> TryAsync(
        string namespaceName,
        IpAddress target,
        ushort port,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        using var client = NetworkNamespace.Run(namespaceName, () => new Socket(FamilyOf(target), SocketType.Stream, ProtocolType.Tcp));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(timeout);
        try
        {
            await client.ConnectAsync(EndpointOf(target, port), patience.Token);
            await client.SendAsync("hello"u8.ToArray(), patience.Token);
            var answer = new byte[16];
            var length = await client.ReceiveAsync(answer, patience.Token);
            return answer.AsSpan(0, length).SequenceEqual("hello"u8) ? TcpOutcome.Connected : TcpOutcome.Refused;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TcpOutcome.NoAnswer;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.TimedOut ? TcpOutcome.NoAnswer : TcpOutcome.Refused;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync();
                for (int length; (length = await client.ReceiveAsync(buffer)) > 0; )
                    await client.SendAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed, or a client broke off.
        }
    }

    private static AddressFamily FamilyOf(IpAddress address) =>
        address.Family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    private static IPEndPoint EndpointOf(IpAddress address, ushort port) => new(IPAddress.Parse(address.ToString()), port);
}
