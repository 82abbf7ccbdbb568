using System.Buffers.Binary;
using System.Diagnostics;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;

namespace Fabric.Bench.Kernel;

/// <summary>One guest sets up a thousand flows a second: how long each first packet is on its way, alone and beside a neighbor that floods.</summary>
internal static class FairnessProbe
{
    private const int FlowsPerSecond = 1_000;
    private const int FloodPerSecond = 40_000;
    private const int PunctualNice = -20;
    private const int PollMilliseconds = 100;

    private static readonly TimeSpan s_lead = TimeSpan.FromSeconds(0.3);

    /// <summary>Times of first packets in microseconds, sorted; those that were lost count as infinite.</summary>
    /// <param name="contender">Through which.</param>
    /// <param name="isFlooded">The left guest sends 40 000 new flows a second meanwhile.</param>
    /// <param name="duration">For how long.</param>
    public static double[] Measure(KernelContender contender, bool isFlooded, TimeSpan duration)
    {
        using var flood = new FlowSource(contender, GuestPlan.Left, GuestPlan.Right);
        using var source = new FlowSource(contender, GuestPlan.Other, GuestPlan.Far);
        using var socket = contender.Site[GuestPlan.Far].Run(() => PacketSocket.Open(KernelSite.GuestPort));
        var times = new List<double>();
        var isOver = false;
        var receiver = new Thread(() => Receive(socket, times, ref isOver)) { IsBackground = true };
        receiver.Start();
        using (isFlooded ? FlowBlaster.Start(flood, FloodPerSecond) : null)
        {
            Thread.Sleep(s_lead);
            var sender = new Thread(() => Send(source, duration)) { IsBackground = true };
            sender.Start();
            sender.Join();
        }
        Thread.Sleep(s_lead);
        Volatile.Write(ref isOver, true);
        receiver.Join();
        while (times.Count < source.Sent)
            times.Add(double.PositiveInfinity);
        times.Sort();
        return [.. times];
    }

    private static void Send(FlowSource source, TimeSpan duration)
    {
        Niceness.OfThisThread(PunctualNice);
        var start = Stopwatch.GetTimestamp();
        for (var now = start; Stopwatch.GetElapsedTime(start, now) < duration; now = Stopwatch.GetTimestamp())
        {
            for (var due = (long)(Stopwatch.GetElapsedTime(start, now).TotalSeconds * FlowsPerSecond) - source.Sent; due > 0; due--)
                source.SendStamped(now);
            Thread.Sleep(1);
        }
    }

    private static void Receive(PacketSocket socket, List<double> times, ref bool isOver)
    {
        Niceness.OfThisThread(PunctualNice);
        using var batch = new FrameBatch();
        using var poll = new PollSet();
        poll.Add(socket.Descriptor, token: 0);
        var events = new PollEvent[1];
        while (!Volatile.Read(ref isOver))
        {
            if (poll.Wait(events, PollMilliseconds) == 0)
                continue;
            socket.Receive(batch);
            var now = Stopwatch.GetTimestamp();
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch.Frame(i).Length == FlowSource.FrameBytes)
                {
                    var sent = BinaryPrimitives.ReadInt64LittleEndian(batch.Frame(i)[FlowSource.PayloadAt..]);
                    times.Add(Stopwatch.GetElapsedTime(sent, now).TotalMicroseconds);
                }
            }
        }
    }
}
