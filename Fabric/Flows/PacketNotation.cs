using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>The notation of <c>ofproto/trace</c> for packets: <c>in_port=vm1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_dst=80</c>.</summary>
/// <remarks>
/// <para>
/// Words that stand alone tell the kind (ip, ipv6, tcp, udp, icmp, tcp6, udp6, icmp6, arp, rarp); the others are the old names and, where there are
/// any, the new ones (eth_src, ip_src, tcp_dst). Beyond that notation: <c>in_port</c> may be any text without a comma, <c>payload=</c> takes
/// hexadecimal digits, <c>at=</c> a time such as 1.5s, 200ms or 3m, <c>icmp_id=</c> the identifier of an echo, and tags have <c>vlan_tpid</c>, <c>vlan_dei</c>, and <c>cvlan_vid</c> and the like for a second one.
/// </para>
/// <para>What is not told is zero but for <see cref="PacketDefaults"/>. What is written can be read again, and is the same then.</para>
/// </remarks>
public static class PacketNotation
{
    /// <summary>Reads a packet.</summary>
    /// <param name="text">The text.</param>
    /// <param name="packet">The packet; null if false is returned.</param>
    /// <param name="error">Why the text is not one.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PacketDescription? packet, out NotationError error)
    {
        var reader = new PacketNotationReader(text);
        packet = reader.Read();
        error = reader.Error.GetValueOrDefault();
        return packet is not null;
    }

    /// <summary>Reads a packet.</summary>
    /// <exception cref="FormatException">The text is not a packet; the message tells where and why.</exception>
    public static PacketDescription Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var packet, out var error) ? packet : throw new FormatException(error.ToString());

    /// <summary>Writes a packet.</summary>
    /// <param name="key">Its headers; tunnel and mark have no names in this notation.</param>
    /// <param name="inPort">The port it enters by; nothing if empty.</param>
    /// <param name="echoIdentifier">That of an echo, which is not in the key; nothing if 0.</param>
    public static string Format(in FlowKey key, string inPort, ushort echoIdentifier = 0)
    {
        var text = new StringBuilder(inPort.Length == 0 ? "" : $"in_port={inPort},");
        var told = AppendKind(text, key);
        foreach (var word in PacketWord.All)
        {
            if (!word.IsOf(key) || (told.GetAny(word.Field) & word.Bits) != UInt128.Zero)
                continue;
            told.Add(word.Field, word.Bits);
            var value = (key.GetAny(word.Field) & word.Bits) >> word.Shift;
            if (value != UInt128.Zero || IsAlwaysWritten(word.Field, key))
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{word.Name}={FieldValue.Format(word.Notation, word.Width, value, UInt128.MaxValue >> (128 - word.Width))},"
                );
        }
        if (echoIdentifier != 0)
            text.Append(CultureInfo.InvariantCulture, $"icmp_id={echoIdentifier},");
        return text.ToString(0, text.Length - 1);
    }

    private static FlowMask AppendKind(StringBuilder text, in FlowKey key)
    {
        var told = default(FlowMask);
        foreach (var (name, type, protocol) in PacketWord.Kinds)
        {
            if (key.EthType != type || (protocol is { } wanted && key.IpProto != wanted))
                continue;
            text.Append(name).Append(',');
            told.AddWhole(FlowField.EthType);
            if (protocol is not null)
                told.AddWhole(FlowField.IpProto);
            break;
        }
        return told;
    }

    /// <summary>A zero would be read as the default.</summary>
    private static bool IsAlwaysWritten(FlowField field, in FlowKey key) =>
        field switch
        {
            FlowField.EthSrc or FlowField.EthDst or FlowField.EthType or FlowField.IpTtl or FlowField.ArpOp => true,
            FlowField.NwSrc or FlowField.NwDst or FlowField.NdTarget => true,
            FlowField.TpSrc or FlowField.TpDst => true,
            FlowField.ArpSha => FlowFieldUse.IsArp(key),
            _ => false,
        };
}
