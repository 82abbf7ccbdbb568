using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;

namespace Fabric.Tests.Live;

/// <summary>Sees what an interface receives.</summary>
internal sealed class FrameWatch(PacketSocket socket) : IDisposable
{
    private readonly FrameBatch _batch = new();
    private readonly Dictionary<MacAddress, int> _bySource = [];

    /// <summary>How many frames of a station have come so far.</summary>
    public int CountFrom(MacAddress source)
    {
        while (socket.Receive(_batch) > 0)
        {
            for (var i = 0; i < _batch.Count; i++)
            {
                var bits = _batch.Frame(i)[6..12].ToArray().Aggregate(0UL, (sum, octet) => sum << 8 | octet);
                _bySource[new MacAddress(bits)] = _bySource.GetValueOrDefault(new MacAddress(bits)) + 1;
            }
        }
        return _bySource.GetValueOrDefault(source);
    }

    public void Dispose()
    {
        socket.Dispose();
        _batch.Dispose();
    }
}
