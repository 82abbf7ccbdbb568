using System.Text;
using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketText
{
    private static void AppendIpv4(StringBuilder text, ReadOnlySpan<byte> packet, int depth)
    {
        text.Append("ipv4");
        if (!Ipv4View.TryParse(packet, out var view))
        {
            text.Append($" [{packet.Length} bytes]");
            return;
        }
        text.Append($" {view.Source} > {view.Destination} ttl {view.Ttl}");
        if (view.Tos != 0)
            text.Append($" tos 0x{view.Tos:x2}");
        if (view.IsDontFragment)
            text.Append(" df");
        if (view.FragmentOffset != 0 || view.HasMoreFragments)
            text.Append($" fragment {view.Identification}@{view.FragmentOffset}{(view.HasMoreFragments ? "+" : "")}");
        AppendIpv4Options(text, view);
        var isWhole = Ipv4Header.TryParse(view, out _, out var fault);
        if (!isWhole)
            text.Append($" [{fault}]");
        text.Append(": ");
        var isPart = view.FragmentOffset != 0 || view.HasMoreFragments;
        AppendTransport(
            text,
            new(view.Source, view.Destination, view.Ttl, view.Protocol, view.FragmentOffset != 0, isPart),
            view.Payload,
            depth
        );
    }

    private static void AppendIpv4Options(StringBuilder text, Ipv4View view)
    {
        var options = new OptionReader(view.Options);
        while (options.TryNext(out var kind, out _))
            text.Append($" option {kind}");
        if (!options.IsWhole)
            text.Append(" option [Length]");
    }

    private static void AppendIpv6(StringBuilder text, ReadOnlySpan<byte> packet, int depth)
    {
        text.Append("ipv6");
        if (!Ipv6View.TryParse(packet, out var view))
        {
            text.Append($" [{packet.Length} bytes]");
            return;
        }
        text.Append($" {view.Source} > {view.Destination} hop limit {view.HopLimit}");
        if (view.TrafficClass != 0)
            text.Append($" class 0x{view.TrafficClass:x2}");
        if (view.FlowLabel != 0)
            text.Append($" flow 0x{view.FlowLabel:x5}");
        var isWhole = Ipv6Header.TryParse(view, out _, out var fault);
        if (!isWhole)
            text.Append($" [{fault}]");
        var walk = Ipv6Extensions.Walk(view.NextHeader, view.Payload);
        if (walk.Length > 0)
            text.Append($" extensions {walk.Length}{(walk.IsWhole ? "" : " [Length]")}");
        if (walk.Fragment != FragmentPart.Whole)
            text.Append(walk.Fragment == FragmentPart.First ? " first fragment" : " later fragment");
        text.Append(": ");
        var payload = view.Payload[Math.Min(walk.Length, view.Payload.Length)..];
        var isLater = walk.Fragment == FragmentPart.Later;
        // With segments left the checksum is over a destination that the IPv6 header does not hold.
        var isUnchecked = walk.Fragment != FragmentPart.Whole || walk.HasSegmentsLeft;
        AppendTransport(text, new(view.Source, view.Destination, view.HopLimit, walk.Protocol, isLater, isUnchecked), payload, depth);
    }

    /// <summary>What the description of a transport header needs to know of the packet.</summary>
    /// <param name="Source">The packet's source.</param>
    /// <param name="Destination">The packet's destination.</param>
    /// <param name="Ttl">The packet's time to live.</param>
    /// <param name="Protocol">The upper protocol.</param>
    /// <param name="IsLater">There is no transport header.</param>
    /// <param name="IsUnchecked">The checksum cannot be checked by what is here.</param>
    private readonly record struct Envelope(
        IpAddress Source,
        IpAddress Destination,
        byte Ttl,
        byte Protocol,
        bool IsLater,
        bool IsUnchecked
    );
}
