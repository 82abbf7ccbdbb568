using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>That a client stays at a member of a pool, as an entry among connections.</summary>
/// <remarks>
/// From the client to the balancer's address, and from the member to the client: of a protocol that is reserved (255), with the timeout in seconds in
/// the place of the client's port. So no packet is of it, another timeout is another entry, and it expires, gives way and is counted as connections are.
/// </remarks>
public static class Persistence
{
    /// <summary>In place of a protocol.</summary>
    public const byte Protocol = 255;

    /// <summary>The entry is one.</summary>
    public static bool Is(byte protocol, ushort seconds) => protocol == Protocol && seconds > 0;

    /// <summary>What a client is looked up by.</summary>
    /// <param name="packet">What it sends, as the router receives it.</param>
    /// <param name="balancer">To whom.</param>
    public static ConnectionKey KeyOf(in ConnectionKey packet, Balancer balancer) =>
        packet with
        {
            Protocol = Protocol,
            SourcePort = balancer.PersistSeconds,
            DestinationPort = balancer.PersistsAcrossPorts ? (ushort)0 : packet.DestinationPort,
        };

    /// <summary>The other direction: who the client stays at.</summary>
    public static ConnectionKey AnswersOf(in ConnectionKey key, IpAddress member, ushort port) =>
        key with
        {
            Source = member,
            SourcePort = port,
            Destination = key.Source,
            DestinationPort = key.SourcePort,
        };
}
