using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fabric.Bench.Datapath;

/// <summary>Small frames sent faster than they can be forwarded: how many arrive.</summary>
internal static class OverloadProbe
{
    /// <summary>Sends for some time and counts at the receiving guest's interface.</summary>
    /// <param name="site">Where.</param>
    /// <param name="flows">Distinct source ports.</param>
    /// <param name="duration">How long to count, after half of that again to fill what can fill.</param>
    public static OverloadFigures Measure(Site site, int flows, TimeSpan duration)
    {
        // Somebody must listen: else the guest answers with ICMP errors, whose cost would be measured too.
        using var sink = site.Right.Run(Listen);
        using var blaster = UdpBlaster.Start(site, flows);
        Thread.Sleep(duration / 2);
        var (sentBefore, sentAt) = (blaster.Sent, Stopwatch.GetTimestamp());
        var (arrivedBefore, arrivedAt) = site.Right.ReadReceived(Site.GuestPort);
        Thread.Sleep(duration);
        var (arrivedAfter, arrivedEnd) = site.Right.ReadReceived(Site.GuestPort);
        var (sentAfter, sentEnd) = (blaster.Sent, Stopwatch.GetTimestamp());
        return new OverloadFigures(
            (sentAfter - sentBefore) / Stopwatch.GetElapsedTime(sentAt, sentEnd).TotalSeconds,
            (arrivedAfter - arrivedBefore) / Stopwatch.GetElapsedTime(arrivedAt, arrivedEnd).TotalSeconds
        );
    }

    private static Socket Listen()
    {
        // A full receive buffer is the cheapest way for the guest to be rid of a datagram.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 };
        socket.Bind(new IPEndPoint(IPAddress.Any, UdpBlaster.DestinationPort));
        return socket;
    }
}
