using System.Runtime.InteropServices;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>How many live connections are led to each address and port by a translation of their destination.</summary>
/// <remarks>Not thread-safe. Grows with the addresses that have some, and otherwise allocates nothing.</remarks>
internal sealed class LedConnections<TAddress>
    where TAddress : unmanaged
{
    private readonly Dictionary<(int Zone, TAddress Address, ushort Port), int> _counts = [];

    /// <summary>How many.</summary>
    public int At(int zone, TAddress address, ushort port) => _counts.GetValueOrDefault((zone, address, port));

    /// <summary>A connection begins or ends.</summary>
    /// <param name="entry">The connection; passed over if its destination is not translated.</param>
    /// <param name="change">1 or -1.</param>
    public void Add(in ConnectionEntry<TAddress> entry, int change)
    {
        var (forward, back) = (entry.Forward, entry.Return);
        var isLed =
            entry.Protocol is IpProtocol.Tcp or IpProtocol.Udp
            && !(EqualityComparer<TAddress>.Default.Equals(forward.Destination, back.Source) && forward.DestinationPort == back.SourcePort);
        if (!isLed || entry.IsMapping || entry.Phase == ConnectionPhase.Closed)
            return;
        var key = (back.Zone, back.Source, back.SourcePort);
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _);
        count += change;
        if (count == 0)
            _counts.Remove(key);
    }
}
