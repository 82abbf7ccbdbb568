using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Datagrams of UDP at 5 ms spacing by several ways at once, which are sent back: two threads, for those who ask and for those who answer.</summary>
internal sealed class PulseRun : IDisposable
{
    private static readonly TimeSpan s_spacing = TimeSpan.FromMilliseconds(5);

    // For the last ones.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly List<PulseLine> _lines;
    private readonly List<Socket> _servers;
    private readonly Thread[] _threads;
    private volatile bool _isEnding;
    private volatile bool _isOver;
    private Exception? _failure;

    /// <param name="lines">The ways; their sockets go with this.</param>
    /// <param name="servers">Sockets that send back what they are sent; they go with this.</param>
    public PulseRun(IEnumerable<PulseLine> lines, IEnumerable<Socket> servers)
    {
        (_lines, _servers) = ([.. lines], [.. servers]);
        _threads = [new Thread(() => Run(Ask)) { Name = "asking" }, new Thread(() => Run(Answer)) { Name = "answering" }];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>A socket of a namespace.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="address">One of its addresses, or any.</param>
    /// <param name="port">0 for any.</param>
    public static Socket SocketIn(string space, IPAddress address, int port)
    {
        var socket = NetworkNamespace.Run(space, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    /// <summary>Waits until something that is sent from now on has been answered by every way.</summary>
    public void ShouldBeAnswered()
    {
        var now = Stopwatch.GetTimestamp();
        LiveTest.Eventually(
            () => _lines.TrueForAll(line => line.IsAnsweredSince(now)),
            () => $"an answer by every way: {string.Join("; ", _lines.Select(line => $"{line.Name} {line.IsAnsweredSince(now)}"))}"
        );
    }

    /// <summary>Ends it. What became of each way's.</summary>
    public IReadOnlyList<PulseFigures> End()
    {
        _isEnding = true;
        _threads[0].Join();
        _isOver = true;
        _threads[1].Join();
        _failure.ShouldBeNull();
        return [.. _lines.Select(line => line.Figures())];
    }

    public void Dispose()
    {
        _isEnding = _isOver = true;
        foreach (var thread in _threads)
            thread.Join();
        foreach (var socket in _servers.Concat(_lines.Select(line => line.Client)))
            socket.Dispose();
    }

    private void Run(Action body)
    {
        try
        {
            body();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    private void Ask()
    {
        for (var next = Stopwatch.GetTimestamp(); !_isEnding; )
        {
            foreach (var line in _lines)
                line.Send();
            // One that was held up does not make up for it.
            next = Math.Max(next + (long)(s_spacing.TotalSeconds * Stopwatch.Frequency), Stopwatch.GetTimestamp());
            ReceiveUntil(next);
        }
        if (!_isOver)
            ReceiveUntil(Stopwatch.GetTimestamp() + (long)(s_grace.TotalSeconds * Stopwatch.Frequency));
    }

    private void ReceiveUntil(long timestamp)
    {
        for (long now; (now = Stopwatch.GetTimestamp()) < timestamp; )
        {
            var ready = _lines.ConvertAll(line => line.Client);
            Socket.Select(ready, null, null, Stopwatch.GetElapsedTime(now, timestamp));
            foreach (var line in _lines.Where(line => ready.Contains(line.Client)))
                line.Receive();
        }
    }

    private void Answer()
    {
        var buffer = new byte[64];
        while (!_isOver)
        {
            var ready = _servers.ToList();
            Socket.Select(ready, null, null, TimeSpan.FromMilliseconds(50));
            foreach (var server in ready)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = server.ReceiveFrom(buffer, ref from);
                server.SendTo(buffer.AsSpan(0, length), from);
            }
        }
    }
}
