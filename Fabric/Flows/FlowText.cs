using System.Text;

namespace Fabric.Flows;

/// <summary>The notation of <c>ovs-dpctl dump-flows</c> for keys, masks and actions.</summary>
/// <remarks>
/// <para>
/// <c>in_port(2),eth(dst=02:00:00:00:00:0b),eth_type(0x0800),ipv4(dst=10.0.0.0/255.255.255.0,frag=no), actions:set(ipv4(ttl=63)),3</c>. A field
/// that is not named is a wildcard; a VLAN tag that is not named is not there. What is written can be read again, and is the same
/// then, if the mask was completed by <see cref="MaskPrerequisites"/>. Numbers that dump-flows adds (packets, bytes, used) are passed over.
/// </para>
/// <para>Beyond that notation, a tag may say <c>dei=1</c>: drop eligible, which the kernel cannot see; tunnel flags may say <c>ipv6</c>, and <c>check_pkt_len</c> has <c>gt(userspace)</c> alone.</para>
/// </remarks>
public static partial class FlowText
{
    /// <summary>Writes the fields that a key has.</summary>
    public static string Format(in FlowKey key)
    {
        var mask = FlowMask.Exact;
        if (key.Get(FlowField.SkbMark) == 0)
            mask.SetAny(FlowField.SkbMark, UInt128.Zero);
        foreach (var part in FlowAttribute.Metadata[0].Parts)
        {
            if (key.GetAny(part.Field) == UInt128.Zero)
                mask.SetAny(part.Field, UInt128.Zero);
        }
        return Format(key, mask);
    }

    /// <summary>Writes the fields of which a mask has bits exact.</summary>
    public static string Format(in FlowKey key, in FlowMask mask)
    {
        var text = new StringBuilder();
        AppendKey(text, key, mask);
        return text.ToString();
    }

    /// <summary>Writes a flow.</summary>
    public static string Format(in FlowKey key, in FlowMask mask, ReadOnlySpan<FlowAction> actions)
    {
        var text = new StringBuilder();
        AppendKey(text, key, mask);
        text.Append(", actions:");
        AppendActions(text, key, actions);
        return text.ToString();
    }

    /// <summary>Writes the actions of a flow.</summary>
    /// <param name="key">The flow's key, which tells what the fields are called.</param>
    /// <param name="actions">The actions.</param>
    public static string Format(in FlowKey key, ReadOnlySpan<FlowAction> actions)
    {
        var text = new StringBuilder();
        AppendActions(text, key, actions);
        return text.ToString();
    }

    /// <summary>Writes one action, as of a flow for TCP over IPv4 or, if its address has more than 32 bits, IPv6.</summary>
    public static string Format(in FlowAction action)
    {
        var text = new StringBuilder();
        AppendActions(text, GuessKey(action), [action]);
        return text.ToString();
    }

    /// <summary>Reads a flow.</summary>
    /// <param name="text">Fields, then perhaps <c>actions:</c> and actions; without them the flow drops.</param>
    /// <param name="flow">The flow; null if false is returned.</param>
    /// <param name="error">Why the text is not one.</param>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FlowDescription? flow,
        out NotationError error
    )
    {
        var reader = new FlowTextReader(text);
        flow = reader.Read();
        error = reader.Error.GetValueOrDefault();
        return flow is not null;
    }

    /// <summary>Reads a flow.</summary>
    /// <exception cref="FormatException">The text is not a flow; the message tells where and why.</exception>
    public static FlowDescription Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var flow, out var error) ? flow : throw new FormatException(error.ToString());
}
