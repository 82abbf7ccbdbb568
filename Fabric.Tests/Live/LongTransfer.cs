using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Fabric.Tests.Live;

/// <summary>Seeded noise over a TCP connection that is there, as fast as it goes, until it is told to end.</summary>
/// <remarks>Two threads. The sockets stay the caller's.</remarks>
internal sealed class LongTransfer
{
    private const int Piece = 1 << 18;

    private readonly Socket _from;
    private readonly Socket _to;
    private readonly Task<string> _sent;
    private readonly Task<string> _received;
    private volatile bool _isEnding;
    private long _bytes;
    private TimeSpan _pause;

    /// <param name="name">What it is called.</param>
    /// <param name="from">Sends.</param>
    /// <param name="to">Receives.</param>
    public LongTransfer(string name, Socket from, Socket to)
    {
        (Name, _from, _to) = (name, from, to);
        foreach (var socket in (Socket[])[from, to])
            socket.SendTimeout = socket.ReceiveTimeout = (int)LiveTest.Patience.TotalMilliseconds;
        _sent = Task.Factory.StartNew(Send, TaskCreationOptions.LongRunning);
        _received = Task.Factory.StartNew(Receive, TaskCreationOptions.LongRunning);
    }

    public string Name { get; }

    /// <summary>What has come, in bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Ends it; fails unless all that was sent has come.</summary>
    /// <returns>The longest time without data at the receiver.</returns>
    public TimeSpan End()
    {
        _isEnding = true;
        var sent = _sent.WaitAsync(LiveTest.Patience).GetAwaiter().GetResult();
        _received.WaitAsync(LiveTest.Patience).GetAwaiter().GetResult().ShouldBe(sent, Name);
        return _pause;
    }

    private string Send()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var noise = new Random(20_932);
        var data = new byte[Piece];
        while (!_isEnding)
        {
            noise.NextBytes(data);
            hash.AppendData(data);
            for (var sent = 0; sent < data.Length; )
                sent += _from.Send(data.AsSpan(sent));
        }
        _from.Shutdown(SocketShutdown.Send);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private string Receive()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Piece];
        var last = 0L;
        for (int length; (length = _to.Receive(buffer)) > 0; )
        {
            var now = Stopwatch.GetTimestamp();
            if (last != 0 && Stopwatch.GetElapsedTime(last, now) is var pause && pause > _pause)
                _pause = pause;
            last = now;
            hash.AppendData(buffer, 0, length);
            Volatile.Write(ref _bytes, _bytes + length);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
