using System.Net.Sockets;
using System.Text;
using Fabric.Agent.Cli.Client;
using Fabric.Devices;

namespace Fabric.Tests.Cli;

/// <summary>A socket that gives every command the same answer, and a description to those who ask for it.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-fake-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _topology;
    private readonly byte[] _answer;
    private readonly Task _serving;

    public FakeAgent(TopologySnapshot topology, SubmitAnswer answer)
    {
        (_topology, _answer) = (AgentWire.Write(topology), AgentWire.Write(answer));
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = ServeAsync();
    }

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
        var body = request[0] == 'P' ? _answer : _topology;
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
