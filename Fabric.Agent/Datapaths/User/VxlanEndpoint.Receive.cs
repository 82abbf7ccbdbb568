using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <content>Receiving.</content>
internal sealed partial class VxlanEndpoint
{
    private readonly byte[] _received = new byte[ushort.MaxValue];
    private readonly SegmentJoiner _joiner = new();

    // Of what the last call received: what no batch had room for yet.
    private Range _left;
    private int _datagramBytes;
    private IpAddress _source;

    private bool HasLeft => _left.Start.Value < _left.End.Value;

    /// <summary>Takes frames while the batch has room.</summary>
    /// <param name="batch">Filled.</param>
    /// <param name="arrivals">How each came.</param>
    /// <returns>No more wait.</returns>
    public bool Receive(FrameBatch batch, Span<VxlanArrival> arrivals)
    {
        if (HasLeft)
            TakeLeft(batch, arrivals);
        var isDrained = !HasLeft;
        foreach (var socket in _listening)
        {
            var errno = Errno.None;
            while (batch.Count < FrameBatch.Capacity && errno == Errno.None)
            {
                var length = socket.Receive(_received, out var source, out _datagramBytes, out errno);
                if (length < 0)
                    continue;
                (_left, _source) = (..length, source.Address);
                Counters.ReceivedTogether += length > _datagramBytes ? (length + _datagramBytes - 1) / _datagramBytes : 0;
                // One without a byte is none either.
                Counters.Malformed += length == 0 ? 1 : 0;
                TakeLeft(batch, arrivals);
            }
            isDrained &= errno != Errno.None;
        }
        return isDrained && !HasLeft;
    }

    private void TakeLeft(FrameBatch batch, Span<VxlanArrival> arrivals)
    {
        while (HasLeft && Take(batch, arrivals)) { }
        _joiner.End(batch);
    }

    /// <summary>Takes the next datagram.</summary>
    /// <returns>False if the batch is full.</returns>
    private bool Take(FrameBatch batch, Span<VxlanArrival> arrivals)
    {
        var start = _left.Start.Value;
        var end = Math.Min(start + _datagramBytes, _left.End.Value);
        var isFrame =
            VxlanView.TryParse(_received.AsSpan(start..end), out var view)
            && VxlanHeader.TryParse(view, out _, out _)
            && view.Payload.Length >= Ethernet.HeaderLength;
        if (isFrame)
        {
            var arrival = new VxlanArrival(_source, view.Vni);
            if (_joiner.IsOpen && arrivals[batch.Count - 1] == arrival && _joiner.TryJoin(batch, view.Payload))
            {
                Counters.Joined++;
            }
            else
            {
                _joiner.End(batch);
                if (!batch.TryAdd(view.Payload))
                    return false;
                arrivals[batch.Count - 1] = arrival;
                if (end < _left.End.Value)
                    _joiner.Begin(batch);
            }
        }
        Counters.Received += isFrame ? 1 : 0;
        Counters.Malformed += isFrame ? 0 : 1;
        _left = end.._left.End.Value;
        return true;
    }
}
