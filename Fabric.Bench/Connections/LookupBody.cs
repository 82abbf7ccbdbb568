using Fabric.Addresses;
using Fabric.Bench.Simulation;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Bench.Connections;

/// <summary>A packet's connection looked up among many, by either direction in turn, never the one of before.</summary>
internal sealed class LookupBody : PacketBody
{
    private const int Keys = 1 << 16;
    private const int Stride = 40_503;

    private readonly ConnectionTable _table;
    private readonly ConnectionKey[] _keys = new ConnectionKey[Keys];
    private int _next;

    public LookupBody(ConnectionTable table, IpFamily family, int count)
    {
        _table = table;
        var random = new Random(1);
        for (var i = 0; i < Keys; i++)
        {
            var number = random.Next(count);
            _keys[i] = (i & 1) == 0 ? ManyConnections.Forward(family, number) : ManyConnections.Return(family, number);
        }
    }

    /// <inheritdoc/>
    public override void Run()
    {
        _next = (_next + Stride) & (Keys - 1);
        if (!_table.TryFind(_keys[_next], out _))
            throw new InvalidOperationException("a connection is missing");
    }
}
