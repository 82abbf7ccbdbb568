using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Bench.Connections;

/// <summary>Connections by number: each from another station and port to one service.</summary>
internal static class ManyConnections
{
    private static readonly BridgeId s_inside = new(1);
    private static readonly RouterId s_outside = new(1);
    private static readonly PortId s_port = new(1);
    private static readonly PortId s_uplink = new(2);
    private static readonly UInt128 s_prefix = (UInt128)0xfd00 << 112;

    /// <summary>Their port has no share of its own: all may be of one.</summary>
    public static ConnectionLimits Limits(int count) => new(count, count);

    /// <summary>The direction of the side that begins.</summary>
    public static ConnectionKey Forward(IpFamily family, int number)
    {
        var source = family == IpFamily.V4 ? IpAddress.V4(0x0a00_0000 + (uint)number / 8) : IpAddress.V6(s_prefix + (uint)number / 8);
        var target = family == IpFamily.V4 ? IpAddress.V4(0xc000_0207) : IpAddress.V6(s_prefix + ((UInt128)1 << 64));
        return new ConnectionKey(s_inside, IpProtocol.Tcp, source, target, (ushort)(30_000 + number % 8), 443);
    }

    /// <summary>The direction of its answers.</summary>
    public static ConnectionKey Return(IpFamily family, int number) => Forward(family, number).ReverseAt(s_outside);

    /// <summary>Begins one, as the first packet of it does.</summary>
    public static ConnectionHandle Open(ConnectionTable table, IpFamily family, int number, List<FlowTag> touched)
    {
        var forward = Forward(family, number);
        touched.Clear();
        table.Open(forward, forward.ReverseAt(s_outside), s_port, TcpFlags.Syn, default, touched, out var connection, s_uplink);
        return connection;
    }

    /// <summary>A table of so many, all established.</summary>
    public static ConnectionTable Table(IpFamily family, int count)
    {
        var table = new ConnectionTable(Limits(count), seed: 1);
        var touched = new List<FlowTag>();
        for (var number = 0; number < count; number++)
        {
            var connection = Open(table, family, number, touched);
            table.See(connection, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack, default, touched);
            table.See(connection, FlowDirection.Forward, TcpFlags.Ack, default, touched);
        }
        return table;
    }
}
