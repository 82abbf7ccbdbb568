using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Fabric.Agent.Cli.Client;
using Fabric.Devices;

namespace Fabric.Tests.Cli;

/// <summary>A socket that gives every command the same answer, a description to those who ask for it, and one answer to all who wait or ask for drops.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-fake-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _topology;
    private readonly byte[] _answer;
    private readonly byte[] _reached;
    private readonly byte[] _drops;
    private readonly Task _serving;

    public FakeAgent(TopologySnapshot topology, SubmitAnswer answer, string reached = "{}", string drops = "{}")
    {
        (_topology, _answer) = (AgentWire.Write(topology), AgentWire.Write(answer));
        (_reached, _drops) = (Encoding.UTF8.GetBytes(reached), Encoding.UTF8.GetBytes(drops));
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public string Path => System.IO.Path.Combine(_folder.FullName, "agent.sock");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
        _folder.Delete(recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync();
                await AnswerAsync(client);
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        var request = new List<byte>();
        var part = new byte[4096];
        while (!IsWhole(Encoding.Latin1.GetString([.. request])))
        {
            var length = await client.ReceiveAsync(part);
            length.ShouldBeGreaterThan(0, "the client went away");
            request.AddRange(part.AsSpan(0, length));
        }
        var asked = Encoding.Latin1.GetString([.. request]).Split(' ')[1];
        Asked.Enqueue(asked);
        var body =
            request[0] == 'P' ? _answer
            : asked.StartsWith("/v1/reached", StringComparison.Ordinal) ? _reached
            : asked.StartsWith("/v1/drops", StringComparison.Ordinal) ? _drops
            : _topology;
        await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"));
        await client.SendAsync(body);
    }

    private static bool IsWhole(string request)
    {
        const string length = "Content-Length: ";
        if (request.Split("\r\n\r\n", 2) is not [var head, var body])
            return false;
        var line = head.Split("\r\n").First(line => line.StartsWith(length, StringComparison.Ordinal));
        return body.Length == int.Parse(line[length.Length..]);
    }
}
