using System.Net;
using System.Net.Sockets;

namespace Fabric.Tests.Live;

/// <summary>TCP connections, both ends of each.</summary>
/// <param name="listeners">Where the other ends come in.</param>
internal sealed class ConnectionPairs(IReadOnlyList<Socket> listeners) : IDisposable
{
    private readonly List<(Socket Client, Socket Server)> _pairs = [];

    public int Count => _pairs.Count;

    /// <summary>Who the other ends believe to speak to.</summary>
    public IEnumerable<string> Remote => _pairs.Select(pair => ((IPEndPoint)pair.Server.RemoteEndPoint!).Address.ToString());

    /// <summary>Adds a connection that has come about, and its other end.</summary>
    /// <returns>Both.</returns>
    public async Task<(Socket Client, Socket Server)> AddAsync(Socket client)
    {
        Socket? listener = null;
        LiveTest.Eventually(
            () => (listener = listeners.FirstOrDefault(each => each.Poll(TimeSpan.Zero, SelectMode.SelectRead))) is not null,
            "the other end"
        );
        var pair = (client, await listener!.AcceptAsync());
        _pairs.Add(pair);
        return pair;
    }

    /// <summary>Each end says something to the other; fails if a connection has ended.</summary>
    public Task ExchangeAsync() =>
        Task.WhenAll(_pairs.Select(pair => ExchangeAsync(pair.Client, pair.Server))).WaitAsync(LiveTest.Patience);

    public void Dispose()
    {
        foreach (var (client, server) in _pairs)
        {
            client.Dispose();
            server.Dispose();
        }
    }

    private static async Task ExchangeAsync(Socket one, Socket other)
    {
        var sent = new byte[] { 1 };
        var received = new byte[1];
        foreach (var (from, to) in new[] { (one, other), (other, one) })
        {
            await from.SendAsync(sent);
            (await to.ReceiveAsync(received)).ShouldBe(1, "the connection has ended");
        }
    }
}
