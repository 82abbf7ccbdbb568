using System.Net;
using System.Net.Sockets;

namespace Fabric.Tests.Journal;

/// <summary>A way to a server that can be slow, and that breaks at a planned place in what clients say.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _server;
    private readonly Task _accepting;
    private Plan? _plan;

    public CuttingProxy(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port that clients are to use.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long each answer of the server takes more.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The planned cut has taken place.</summary>
    public bool HasCut => Volatile.Read(ref _plan) is null or { HasCut: true };

    /// <summary>Breaks one connection at one of the next messages.</summary>
    /// <param name="after">How many messages pass before.</param>
    /// <param name="isHeard">The message still comes to the server, which carries it out; only the answer is lost.</param>
    /// <param name="word">Counts messages that hold this word only; all by default.</param>
    public void Cut(int after, bool isHeard, string word = "") => Volatile.Write(ref _plan, new Plan(after, isHeard, word));

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException) { }
        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, _server);
            var (asking, answering) = (client.GetStream(), server.GetStream());
            // Whichever way ends first ends both.
            var ways = new[] { AskAsync(asking, answering), AnswerAsync(answering, asking) };
            await Task.WhenAny(ways);
            client.Close();
            server.Close();
            await Task.WhenAll(ways);
        }
    }

    private async Task AskAsync(NetworkStream asking, NetworkStream server)
    {
        var buffer = new byte[65536];
        try
        {
            int length;
            while ((length = await asking.ReadAsync(buffer, _stop.Token)) > 0)
            {
                var message = buffer.AsMemory(0, length);
                if (Volatile.Read(ref _plan) is { } plan && plan.CutsAt(message.Span))
                {
                    if (!plan.IsHeard)
                        return;
                    plan.IsAnswerLost = true;
                    await server.WriteAsync(message, _stop.Token);
                    await plan.Answered.Task.WaitAsync(_stop.Token);
                    return;
                }
                await server.WriteAsync(message, _stop.Token);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException) { }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream asking)
    {
        var buffer = new byte[65536];
        try
        {
            int length;
            while ((length = await server.ReadAsync(buffer, _stop.Token)) > 0)
            {
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, _stop.Token);
                if (Volatile.Read(ref _plan) is { IsAnswerLost: true } plan && plan.Answered.TrySetResult())
                    return;
                await asking.WriteAsync(buffer.AsMemory(0, length), _stop.Token);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException) { }
    }

    private sealed class Plan(int after, bool isHeard, string word)
    {
        private readonly byte[] _word = System.Text.Encoding.ASCII.GetBytes(word);
        private int _left = after + 1;

        public bool IsHeard => isHeard;

        public volatile bool IsAnswerLost;

        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasCut => Volatile.Read(ref _left) <= 0;

        public bool CutsAt(ReadOnlySpan<byte> message) => message.IndexOf(_word) >= 0 && Interlocked.Decrement(ref _left) == 0;
    }
}
