using System.Diagnostics;

namespace Fabric.Bench.Kernel;

/// <summary>A thread that sends new flows: so many a second, or as fast as the kernel takes them.</summary>
/// <remarks>
/// A clock costs a system call in the guest, so it is read once a turn and never per packet. The thread sleeps between turns and
/// catches up: on the one processor a thread that waited in a loop would take the time of what is measured.
/// </remarks>
internal sealed class FlowBlaster : IDisposable
{
    /// <summary>As the rate: as fast as the kernel takes them, in the time that the scheduler gives to each alike.</summary>
    public const int FlatOut = 0;

    /// <summary>As the rate: as fast as it goes in the time that nobody else wants.</summary>
    public const int Yielding = -1;

    // Before the others when it is due, so that what is offered is what was asked for.
    private const int PunctualNice = -10;
    private const int YieldingNice = 19;

    private readonly FlowSource _source;
    private readonly double _flowsPerTick;
    private readonly int _cycle;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    private FlowBlaster(FlowSource source, int flowsPerSecond, int cycle)
    {
        (_source, _flowsPerTick, _cycle) = (source, (double)flowsPerSecond / Stopwatch.Frequency, cycle);
        _thread = new Thread(() => Send(flowsPerSecond)) { Name = "blaster", IsBackground = true };
    }

    /// <summary>Starts to send.</summary>
    /// <param name="source">Used by the thread alone until this is disposed; stays the caller's.</param>
    /// <param name="flowsPerSecond">Or <see cref="FlatOut"/> or <see cref="Yielding"/>.</param>
    public static FlowBlaster Start(FlowSource source, int flowsPerSecond)
    {
        var blaster = new FlowBlaster(source, flowsPerSecond, cycle: 0);
        blaster._thread.Start();
        return blaster;
    }

    /// <summary>Starts to send the same flows over and over, in their order.</summary>
    /// <param name="source">As above.</param>
    /// <param name="packetsPerSecond">Packets of all of them.</param>
    /// <param name="flows">How many.</param>
    public static FlowBlaster StartCycle(FlowSource source, int packetsPerSecond, int flows)
    {
        var blaster = new FlowBlaster(source, packetsPerSecond, flows);
        blaster._thread.Start();
        return blaster;
    }

    /// <summary>Ends it, when the batch in hand is sent.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
    }

    private void Send(int flowsPerSecond)
    {
        Niceness.OfThisThread(
            flowsPerSecond switch
            {
                FlatOut => 0,
                Yielding => YieldingNice,
                _ => PunctualNice,
            }
        );
        if (flowsPerSecond > 0)
            SendPaced();
        else
            SendFlatOut();
    }

    private void SendFlatOut()
    {
        while (!_isStopping)
            _source.SendNew(FlowSource.BatchFrames);
    }

    private void SendPaced()
    {
        var start = Stopwatch.GetTimestamp();
        long sent = 0;
        while (!_isStopping)
        {
            var due = (long)((Stopwatch.GetTimestamp() - start) * _flowsPerTick) - sent;
            for (; due > 0; due -= FlowSource.BatchFrames)
            {
                var count = (int)Math.Min(due, FlowSource.BatchFrames);
                _source.SendNew(count);
                if (_cycle > 0 && sent / _cycle != (sent + count) / _cycle)
                    _source.GoBack(_cycle);
                sent += count;
            }
            Thread.Sleep(1);
        }
    }
}
