using System.Text;

namespace Fabric.Packets;

/// <summary>Describes frames for people, one line each.</summary>
/// <remarks>
/// Any bytes have a description; what is broken is named in brackets. It allocates, so it has no place on the packet
/// path. The text is not a format to be parsed.
/// </remarks>
public static partial class PacketText
{
    private const int MaxTags = 4;

    /// <summary>How deep frames in tunnels and packets quoted by errors are described.</summary>
    private const int MaxDepth = 2;

    /// <summary>Describes a frame.</summary>
    public static string Describe(ReadOnlySpan<byte> frame)
    {
        var text = new StringBuilder();
        AppendFrame(text, frame, depth: 0);
        return text.ToString();
    }

    private static void AppendFrame(StringBuilder text, ReadOnlySpan<byte> frame, int depth)
    {
        if (!EthernetView.TryParse(frame, out var view))
        {
            text.Append($"ethernet [{frame.Length} bytes]");
            return;
        }
        text.Append($"{view.Source} > {view.Destination} ");
        var type = view.TypeOrLength;
        var rest = frame[Ethernet.TypeAt..];
        for (var tags = 0; tags < MaxTags && EtherType.IsVlan(type) && VlanView.TryParse(rest, out var tag); tags++)
        {
            AppendTag(text, tag);
            type = tag.TypeOrLength;
            rest = rest[Vlan.TagLength..];
        }
        AppendNetwork(text, type, rest[2..], depth);
    }

    private static void AppendTag(StringBuilder text, VlanView tag)
    {
        text.Append(tag.Tpid == EtherType.ServiceVlan ? "svlan " : "vlan ").Append(tag.Id);
        if (tag.Priority != 0)
            text.Append($" priority {tag.Priority}");
        text.Append(tag.IsDropEligible ? " dei " : " ");
    }

    private static void AppendNetwork(StringBuilder text, ushort type, ReadOnlySpan<byte> payload, int depth)
    {
        switch (type)
        {
            case EtherType.Arp:
                AppendArp(text, payload);
                break;
            case EtherType.Ipv4:
                AppendIpv4(text, payload, depth);
                break;
            case EtherType.Ipv6:
                AppendIpv6(text, payload, depth);
                break;
            case < EtherType.Min:
                text.Append($"802.2, length {type}");
                break;
            default:
                text.Append($"ethertype 0x{type:x4}, length {payload.Length}");
                break;
        }
    }

    private static void AppendArp(StringBuilder text, ReadOnlySpan<byte> packet)
    {
        text.Append("arp");
        if (!ArpView.TryParse(packet, out var view))
        {
            text.Append($" [{packet.Length} bytes]");
            return;
        }
        if (!ArpHeader.TryParse(view, out var header, out var fault))
        {
            text.Append($" operation {view.Operation} [{fault}]");
            return;
        }
        if (header.Operation == Arp.Request)
            text.Append($" who has {header.TargetIp} tell {header.SenderIp} at {header.SenderMac}");
        else if (header.Operation == Arp.Reply)
            text.Append($" {header.SenderIp} is at {header.SenderMac} for {header.TargetIp} at {header.TargetMac}");
        else
            text.Append($" operation {header.Operation} from {header.SenderIp} to {header.TargetIp}");
    }
}
