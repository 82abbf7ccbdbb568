using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Connections;

// What a direction is in the table, and what an entry's direction is outside of it.
internal sealed partial class ConnectionSection<TAddress>
{
    private static ConnectionTuple<TAddress> TupleOf(in ConnectionKey key, int zone) =>
        new(
            TAddress.CreateTruncating(key.Source.Bits),
            TAddress.CreateTruncating(key.Destination.Bits),
            zone,
            key.SourcePort,
            key.DestinationPort
        );

    private ConnectionKey KeyOf(in ConnectionTuple<TAddress> tuple, byte protocol)
    {
        var zone = zones[tuple.Zone];
        var own = zone.IsCrossed ? IpFamily.V4 : family;
        return new ConnectionKey(
            zone.Device,
            zone.IsCrossed && protocol == IpProtocol.Icmpv6 ? IpProtocol.Icmp : protocol,
            IpAddress.Of(own, UInt128.CreateTruncating(tuple.Source)),
            IpAddress.Of(own, UInt128.CreateTruncating(tuple.Destination)),
            tuple.SourcePort,
            tuple.DestinationPort,
            zone.IsTranslated
        );
    }

    private ConnectionZone ZoneOf(in ConnectionKey key) => new(key.Device, key.IsTranslated, IsCrossed(key));

    private byte ProtocolOf(in ConnectionKey key) => IsCrossed(key) && key.Protocol == IpProtocol.Icmp ? IpProtocol.Icmpv6 : key.Protocol;

    private bool IsCrossed(in ConnectionKey key) => key.Source.Family != family;

    private ConnectionHandle HandleOf(int slot) => new(shard, NumberOf(slot), _pool[slot].Generation);

    private int NumberOf(int slot) => slot << 1 | (family == IpFamily.V6 ? 1 : 0);

    private bool Holds(ConnectionHandle connection) => _pool.Holds(PlaceOf(connection), connection.Generation);

    private static int PlaceOf(ConnectionHandle connection) => connection.Slot >> 1;
}
