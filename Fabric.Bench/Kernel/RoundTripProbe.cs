using System.Buffers.Binary;
using System.Diagnostics;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;

namespace Fabric.Bench.Kernel;

/// <summary>One question, one answer, and then the next: how long it takes when both are the first packets of their flows, and when they are not.</summary>
internal sealed class RoundTripProbe : IDisposable
{
    private const int PatienceMilliseconds = 1000;

    private readonly FlowSource _source;
    private readonly EchoStation _echo;
    private readonly FrameBatch _answers = new();
    private readonly PollSet _poll = new();
    private readonly PollEvent[] _events = new PollEvent[1];

    /// <summary>Has the far guest's station answer.</summary>
    public RoundTripProbe(KernelContender contender)
    {
        _echo = new EchoStation(contender, GuestPlan.Far);
        _source = new FlowSource(contender, GuestPlan.Other, GuestPlan.Far);
        _poll.Add(_source.Socket.Descriptor, token: 0);
    }

    /// <summary>Questions that nobody answered within a second.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Round trips in microseconds, sorted.</summary>
    /// <param name="count">How many questions.</param>
    /// <param name="isNew">Every question is of a new flow; else all of one that stands.</param>
    public double[] Measure(int count, bool isNew)
    {
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            if (isNew)
                _source.SendNew(1);
            else
                _source.SendAgain(1);
            if (AwaitAnswer())
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            else
                Unanswered++;
        }
        times.Sort();
        return [.. times];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _echo.Dispose();
        _poll.Dispose();
        _source.Dispose();
        _answers.Dispose();
    }

    private bool AwaitAnswer()
    {
        var swapped = BinaryPrimitives.ReverseEndianness((ushort)(_source.LastPorts >> 16));
        while (_poll.Wait(_events, PatienceMilliseconds) > 0)
        {
            _source.Socket.Receive(_answers);
            for (var i = 0; i < _answers.Count; i++)
            {
                var frame = _answers.Frame(i);
                // To the port that asked; whatever else comes here comes to no such port.
                if (
                    frame.Length == FlowSource.FrameBytes
                    && BinaryPrimitives.ReadUInt16LittleEndian(frame[FlowSource.DestinationPortAt..]) == swapped
                )
                    return true;
            }
        }
        return false;
    }
}
