using System.Text;
using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketText
{
    private static bool TryAppendDiscovery(StringBuilder text, Envelope packet, ReadOnlySpan<byte> message)
    {
        var (source, destination) = (packet.Source.AsV6, packet.Destination.AsV6);
        var type = message[Icmpv6.TypeAt];
        if (type == Icmpv6Type.NeighborSolicitation && NeighborView.TryParse(message, out var view))
        {
            NeighborSolicitation.TryParse(view, source, destination, packet.Ttl, out var header, out var fault);
            text.Append($"who has {header.Target} tell {source}");
            AppendMac(text, header.SourceMac, fault);
            return true;
        }
        if (type == Icmpv6Type.NeighborAdvertisement && NeighborView.TryParse(message, out view))
        {
            NeighborAdvertisement.TryParse(view, source, destination, packet.Ttl, out var header, out var fault);
            text.Append($"{header.Target} is here");
            AppendMac(text, header.TargetMac, fault);
            return true;
        }
        if (type == Icmpv6Type.RouterSolicitation && RouterSolicitationView.TryParse(message, out var solicitation))
        {
            RouterSolicitation.TryParse(solicitation, source, destination, packet.Ttl, out var header, out var fault);
            text.Append("router solicitation");
            AppendMac(text, header.SourceMac, fault);
            return true;
        }
        if (type == Icmpv6Type.RouterAdvertisement && RouterAdvertisementView.TryParse(message, out var advertisement))
        {
            RouterAdvertisement.TryParse(advertisement, source, destination, packet.Ttl, out var header, out var fault);
            text.Append($"router advertisement lifetime {header.LifetimeSeconds} mtu {header.Mtu} prefix {header.Prefix?.Prefix}");
            AppendMac(text, header.SourceMac, fault);
            return true;
        }
        if (type == Icmpv6Type.Redirect && RedirectView.TryParse(message, out var redirect))
        {
            text.Append($"redirect {redirect.Destination} to {redirect.Target}");
            return true;
        }
        return false;
    }

    private static void AppendMac(StringBuilder text, MacAddress? mac, HeaderFault fault)
    {
        if (mac is not null)
            text.Append($" at {mac}");
        // A wrong checksum is told by the caller.
        if (fault is not (HeaderFault.None or HeaderFault.Checksum))
            text.Append($" [{fault}]");
    }
}
