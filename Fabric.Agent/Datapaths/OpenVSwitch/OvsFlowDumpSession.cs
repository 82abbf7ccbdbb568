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

    /// <summary>A round has begun and is not at its end.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Goes on with the round, or begins one.</summary>
    /// <param name="limit">Flows to read, about.</param>
    /// <param name="clock">The system's clock.</param>
    /// <param name="readings">Receives them.</param>
    /// <returns>False if this was the end of the round.</returns>
    /// <exception cref="LinuxException">The kernel refuses; the datapath is gone.</exception>
    public bool Read(int limit, TimeProvider clock, ICollection<FlowReading> readings)
    {
        if (!IsRunning)
            Begin();
        for (var end = readings.Count + limit; IsRunning && readings.Count < end; )
        {
            var length = _socket.Receive(_received.AsSpan(0, NetlinkSession.MaxReceiveBytes));
            // An answer that does not come, or comes cut: the next round is another chance.
            IsRunning = length is > 0 and <= NetlinkSession.MaxReceiveBytes && Take(_received.AsSpan(0, length), clock, readings);
        }
        return IsRunning;
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
        IsRunning = true;
    }

    /// <summary>Takes one piece; false if it was the last.</summary>
    private bool Take(ReadOnlySpan<byte> datagram, TimeProvider clock, ICollection<FlowReading> readings)
    {
        var messages = new NetlinkMessageReader(datagram);
        while (messages.TryRead(out var message))
        {
            if (message.Sequence != _sequence)
                continue;
            if (message.Type is NetlinkControl.Done or NetlinkControl.Error)
                return false;
            if (OvsFlowReader.TryRead(message.Payload, out var flow, out _) && flow.Id is { } id)
                readings.Add(new FlowReading(id, flow.StatisticsBy(clock)));
        }
        return true;
    }
}
