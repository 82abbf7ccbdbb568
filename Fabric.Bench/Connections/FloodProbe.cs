using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Bench.Results;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Bench.Connections;

/// <summary>How long one port's connections take to begin, in a table that is empty and in one that another port floods.</summary>
internal static class FloodProbe
{
    private const int Begun = 50_000;
    private const int FloodPerOpening = 4;

    private static readonly BridgeId s_bridge = new(1);
    private static readonly RouterId s_router = new(1);
    private static readonly PortId s_modest = new(1);
    private static readonly PortId s_flooding = new(2);

    /// <summary>The 99th percentile, in microseconds.</summary>
    public static double Measure(bool isFlooded)
    {
        var table = new ConnectionTable(ConnectionLimits.Usual, seed: 1);
        var touched = new List<FlowTag>();
        var flooded = 0u;
        if (isFlooded)
        {
            while (flooded < ConnectionLimits.Usual.PerPort)
                Open(table, s_flooding, 0x0b00_0000 + flooded++, touched);
        }
        var times = new double[Begun];
        for (var i = 0u; i < Begun; i++)
        {
            for (var each = 0; isFlooded && each < FloodPerOpening; each++)
                Open(table, s_flooding, 0x0b00_0000 + flooded++, touched);
            var started = Stopwatch.GetTimestamp();
            if (Open(table, s_modest, 0x0a00_0000 + i, touched) != ConnectionOutcome.Opened)
                throw new InvalidOperationException("a port within its share was refused");
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }
        Array.Sort(times);
        return times[Begun * 99 / 100];
    }

    private static ConnectionOutcome Open(ConnectionTable table, PortId port, uint source, List<FlowTag> touched)
    {
        touched.Clear();
        var forward = new ConnectionKey(s_bridge, IpProtocol.Tcp, IpAddress.V4(source), IpAddress.V4(0xc000_0207), 30_000, 443);
        return table.Open(forward, forward.ReverseAt(s_router), port, TcpFlags.Syn, default, touched, out _);
    }
}
