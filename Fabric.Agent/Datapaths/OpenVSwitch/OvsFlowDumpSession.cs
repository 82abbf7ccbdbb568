using System.Buffers;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads the statistics of all flows, a piece at a time, round after round.</summary>
/// <remarks>The kernel makes a piece when it is asked for, about 300 flows; between two pieces nothing is held. Used by one upcall thread.</remarks>
internal sealed class OvsFlowDumpSession(GenericFamily family, int datapathIndex) : IDisposable
{
    private readonly NetlinkSocket _socket = NetlinkSocket.OpenRequests(NetlinkSocket.GenericProtocol);
    private readonly NetlinkBuffer _request = new();
    private readonly byte[] _received = ArrayPool<byte>.Shared.Rent(NetlinkSession.MaxReceiveBytes);
    private uint _sequence;

    private RoundProgress _progress = RoundProgress.Ended;

    /// <summary>A round has begun and is not at its end.</summary>
    public bool IsRunning => _progress == RoundProgress.GoesOn;

    /// <summary>Goes on with the round, or begins one.</summary>
    /// <param name="limit">Flows to read, about.</param>
    /// <param name="clock">The system's clock.</param>
    /// <param name="readings">Receives them.</param>
    /// <exception cref="LinuxException">The kernel refuses; the datapath is gone.</exception>
    public RoundProgress Read(int limit, TimeProvider clock, ICollection<FlowReading> readings)
    {
        if (!IsRunning)
            Begin();
        for (var end = readings.Count + limit; IsRunning && readings.Count < end; )
        {
            var length = _socket.Receive(_received.AsSpan(0, NetlinkSession.MaxReceiveBytes));
            // An answer that does not come, or comes cut: the next round is another chance.
            var isWhole = length is > 0 and <= NetlinkSession.MaxReceiveBytes;
            _progress = isWhole ? Take(_received.AsSpan(0, length), clock, readings) : RoundProgress.Broken;
        }
        return _progress;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _request.Dispose();
        ArrayPool<byte>.Shared.Return(_received);
    }

    private void Begin()
    {
        _request.Clear();
        new OvsFlowWriter(new NetlinkWriter(_request), family, datapathIndex).Dump(++_sequence, statisticsOnly: true);
        _socket.Send(_request.Written);
        _progress = RoundProgress.GoesOn;
    }

    /// <summary>Takes one piece.</summary>
    private RoundProgress Take(ReadOnlySpan<byte> datagram, TimeProvider clock, ICollection<FlowReading> readings)
    {
        var messages = new NetlinkMessageReader(datagram);
        while (messages.TryRead(out var message))
        {
            if (message.Sequence != _sequence)
                continue;
            if (message.Type == NetlinkControl.Done)
                return RoundProgress.Ended;
            if (message.Type == NetlinkControl.Error)
                return RoundProgress.Broken;
            if (OvsFlowReader.TryRead(message.Payload, out var flow, out _) && flow.Id is { } id)
                readings.Add(new FlowReading(id, flow.StatisticsBy(clock)));
        }
        return RoundProgress.GoesOn;
    }
}
