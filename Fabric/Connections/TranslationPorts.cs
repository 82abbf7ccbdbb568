using System.Numerics;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>Chooses the address and port outside that stand for those of a station inside.</summary>
/// <remarks>
/// A function of what the tables hold and nothing else: asked again before anything was remembered, it chooses the same. A station has the same address
/// for all its ports (RFC 4787, REQ-2), and from one port the same port for whomever it speaks to (REQ-1). Its own port is kept where it is free;
/// else the nearest that is, odd for odd and even for even (REQ-4), from a place that depends on the station, so that few collide.
/// </remarks>
public static class TranslationPorts
{
    /// <summary>Ports that are tried at most for one connection, of each address.</summary>
    public const int MaxTries = 4096;

    /// <summary>Protocols whose ports are translated; of others addresses alone.</summary>
    public static bool HasPorts(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp;

    /// <summary>The address outside that a station has before others.</summary>
    public static IpAddress AddressOf(IpAddress station, AddressRange addresses) =>
        IpAddress.Of(addresses.Family, addresses.First.Bits + Hash(station) % CountOf(addresses));

    /// <summary>Chooses; false if nothing is free.</summary>
    /// <param name="connections">What is taken.</param>
    /// <param name="forward">The packet as the router received it.</param>
    /// <param name="destination">Where it goes, which may be translated already.</param>
    /// <param name="addresses">The addresses outside; of the packet's version.</param>
    /// <param name="ports">The ports outside.</param>
    /// <param name="back">The direction of the answers.</param>
    public static bool TryChoose(
        IConnections connections,
        in ConnectionKey forward,
        (IpAddress Address, ushort Port) destination,
        AddressRange addresses,
        PortRange ports,
        out ConnectionKey back
    )
    {
        back = forward with { Source = destination.Address, SourcePort = destination.Port };
        if (HasPorts(forward.Protocol) && TryFindMapping(connections, forward, addresses, out var known))
        {
            back = back with { Destination = known.Destination, DestinationPort = known.DestinationPort };
            return !connections.TryFind(back, out _);
        }
        var count = CountOf(addresses);
        var first = Hash(forward.Source) % count;
        for (uint i = 0; i < count; i++)
        {
            var address = IpAddress.Of(addresses.Family, addresses.First.Bits + (first + i) % count);
            back = back with { Destination = address, DestinationPort = forward.SourcePort };
            if (!HasPorts(forward.Protocol) ? !connections.TryFind(back, out _) : TryChoosePort(connections, forward, ports, ref back))
                return true;
        }
        return false;
    }

    /// <summary>The mapping of a station's port, as the direction from nobody to what stands for it.</summary>
    private static bool TryFindMapping(
        IConnections connections,
        in ConnectionKey forward,
        AddressRange addresses,
        out ConnectionKey outside
    )
    {
        var inside = forward with { Destination = Nobody(forward), DestinationPort = 0 };
        return connections.TryTranslate(inside, out _, out outside) && addresses.Contains(outside.Destination);
    }

    private static bool TryChoosePort(IConnections connections, in ConnectionKey forward, PortRange ports, ref ConnectionKey back)
    {
        var share = connections.Ports;
        if (IsFree(connections, forward.SourcePort, ports, share, ref back))
            return true;
        // Of the parity of the station's own port, as many as there are.
        var size = ports.Last - ports.First + 1;
        var start = (int)(Hash(forward.Source) % (uint)size) & ~1 | (forward.SourcePort ^ ports.First) & 1;
        for (var i = 0; i < size && i / 2 < MaxTries; i += 2)
        {
            if (IsFree(connections, (ushort)(ports.First + (start + i) % size), ports, share, ref back))
                return true;
        }
        return false;
    }

    private static bool IsFree(IConnections connections, ushort port, PortRange ports, PortShare share, ref ConnectionKey back)
    {
        if (port < ports.First || port > ports.Last || !share.Contains(port))
            return false;
        back = back with { DestinationPort = port };
        var mapping = back with { Source = Nobody(back), SourcePort = 0 };
        return !connections.TryFind(mapping, out _) && !connections.TryFind(back, out _);
    }

    private static IpAddress Nobody(in ConnectionKey key) => IpAddress.Of(key.Source.Family, 0);

    private static uint CountOf(AddressRange addresses) => (uint)UInt128.Min(addresses.Count, 1024);

    private static uint Hash(IpAddress address)
    {
        var mixed = ((ulong)address.Bits ^ BitOperations.RotateLeft((ulong)(address.Bits >> 64), 32)) * 0xff51_afd7_ed55_8ccd;
        return (uint)(mixed >> 32);
    }
}
