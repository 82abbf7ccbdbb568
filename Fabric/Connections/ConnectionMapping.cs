namespace Fabric.Connections;

/// <summary>What connections share that a station begins from one port: which address and port outside stand for it.</summary>
internal static class ConnectionMapping<TAddress>
    where TAddress : unmanaged
{
    /// <summary>The mapping of a connection's first side, as the tuples of an entry without other end; equal if nothing is mapped.</summary>
    public static (ConnectionTuple<TAddress> Inside, ConnectionTuple<TAddress> Outside) Of(in ConnectionEntry<TAddress> entry)
    {
        var inside = new ConnectionTuple<TAddress>(entry.Forward.Source, default, entry.Forward.Zone, entry.Forward.SourcePort, 0);
        var outside = new ConnectionTuple<TAddress>(default, entry.Return.Destination, entry.Return.Zone, 0, entry.Return.DestinationPort);
        var isSame =
            inside with { Source = default, SourcePort = 0, Destination = inside.Source, DestinationPort = inside.SourcePort } == outside;
        return isSame ? (inside, inside) : (inside, outside);
    }
}
