using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fabric.Tests.Live;

/// <summary>The datagrams of one way, which are sent at regular times and sent back by whom they are for.</summary>
/// <param name="name">What the way is called.</param>
/// <param name="client">Sends them.</param>
/// <param name="target">Who is to send them back.</param>
internal sealed class PulseLine(string name, Socket client, EndPoint target)
{
    private readonly List<(long Sent, long Answered)> _beats = [];
    private readonly byte[] _buffer = new byte[sizeof(int)];
    private readonly Lock _gate = new();

    public string Name => name;

    public Socket Client => client;

    /// <summary>Whether one that was sent after a moment was answered.</summary>
    public bool IsAnsweredSince(long timestamp)
    {
        lock (_gate)
            return _beats.Exists(beat => beat.Sent > timestamp && beat.Answered > 0);
    }

    /// <summary>Sends one.</summary>
    public void Send()
    {
        lock (_gate)
        {
            BitConverter.TryWriteBytes(_buffer, _beats.Count);
            _beats.Add((Stopwatch.GetTimestamp(), 0));
        }
        client.SendTo(_buffer, target);
    }

    /// <summary>Takes an answer that has come.</summary>
    public void Receive()
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        client.ReceiveFrom(_buffer, ref from).ShouldBe(sizeof(int));
        var number = BitConverter.ToInt32(_buffer);
        lock (_gate)
        {
            if (_beats[number].Answered == 0)
                _beats[number] = (_beats[number].Sent, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>What became of them.</summary>
    public PulseFigures Figures()
    {
        lock (_gate)
        {
            var answered = _beats.Where(beat => beat.Answered > 0).ToList();
            return new PulseFigures(
                name,
                _beats.Count,
                _beats.Count - answered.Count,
                answered.Zip(answered.Skip(1), (one, next) => Stopwatch.GetElapsedTime(one.Sent, next.Sent)).Max(),
                answered.Max(beat => Stopwatch.GetElapsedTime(beat.Sent, beat.Answered))
            );
        }
    }
}
