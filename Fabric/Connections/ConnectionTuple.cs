namespace Fabric.Connections;

/// <summary>A direction of a connection as tables hold it; what <see cref="Devices.ConnectionKey"/> is to others.</summary>
/// <param name="Source">Sender.</param>
/// <param name="Destination">Receiver.</param>
/// <param name="Zone">The device, and whether it is what the device translates, by number. Not before the addresses, which would be padded to 16 bytes each.</param>
/// <param name="SourcePort">Sender's port.</param>
/// <param name="DestinationPort">Receiver's port.</param>
internal readonly record struct ConnectionTuple<TAddress>(
    TAddress Source,
    TAddress Destination,
    int Zone,
    ushort SourcePort,
    ushort DestinationPort
)
    where TAddress : unmanaged;
