using System.Globalization;
using System.Text;

namespace Fabric.Flows;

public static partial class FlowText
{
    private static void AppendKey(StringBuilder text, in FlowKey key, in FlowMask mask)
    {
        foreach (var attribute in FlowAttribute.Metadata)
            AppendAttribute(text, attribute, key, mask);
        AppendAttribute(text, FlowAttribute.Link, key, mask);
        var tags = AppendTags(text, key, mask);
        AppendAttribute(text, FlowAttribute.Type, key, mask);
        foreach (var attribute in FlowAttribute.Payload)
        {
            if (attribute.IsOf(key))
                AppendAttribute(text, attribute, key, mask);
        }
        text.Append(')', tags);
    }

    /// <summary>The tags of a key as they stand in its text; empty for none.</summary>
    internal static string FormatTags(in FlowKey key, in FlowMask mask)
    {
        var text = new StringBuilder();
        AppendTags(text, key, mask);
        return text.ToString();
    }

    /// <summary>A field as it stands in a key's text.</summary>
    internal static string FormatPart(in FlowPart part, UInt128 value, UInt128 bits)
    {
        var text = new StringBuilder();
        AppendPart(text, part, value, bits);
        return text.ToString();
    }

    /// <summary>Writes the tags, each with the beginning of what it encloses; tells how many.</summary>
    private static int AppendTags(StringBuilder text, in FlowKey key, in FlowMask mask)
    {
        if (key.Get(FlowField.VlanTpid) == 0)
            return 0;
        AppendTag(text, FlowField.VlanTpid, FlowField.VlanTci, key, mask);
        if (key.Get(FlowField.CvlanTpid) == 0)
            return 1;
        AppendTag(text, FlowField.CvlanTpid, FlowField.CvlanTci, key, mask);
        return 2;
    }

    private static void AppendAttribute(StringBuilder text, FlowAttribute attribute, in FlowKey key, in FlowMask mask)
    {
        var isOpen = false;
        foreach (var part in attribute.Parts)
        {
            var bits = mask.GetAny(part.Field) & part.Bits;
            if (bits == UInt128.Zero || !IsFamilyOf(part, key))
                continue;
            if (!isOpen)
                AppendComma(text).Append(attribute.Name);
            text.Append(isOpen ? ',' : '(');
            isOpen = true;
            AppendPart(text, part, key.GetAny(part.Field), bits);
        }
        if (isOpen)
            text.Append(')');
    }

    private static void AppendPart(StringBuilder text, in FlowPart part, UInt128 value, UInt128 bits)
    {
        var written = FieldValue.Format(part.Notation, part.Width, value, bits);
        if (part.Notation == FieldNotation.TunnelFlags)
            text.Append(CultureInfo.InvariantCulture, $"{part.Name}({written})");
        else if (part.Name.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"{part.Name}={written}");
        else
            text.Append(written);
    }

    /// <summary>Tunnel endpoints are named by their version.</summary>
    internal static bool IsFamilyOf(in FlowPart part, in FlowKey key) =>
        part.Field is not (FlowField.TunnelSrc or FlowField.TunnelDst) || part.Width == FlowFieldUse.WidthOf(part.Field, key);

    /// <summary>A tag and the beginning of what it encloses.</summary>
    private static void AppendTag(StringBuilder text, FlowField tpid, FlowField tci, in FlowKey key, in FlowMask mask)
    {
        AppendComma(text).Append(CultureInfo.InvariantCulture, $"eth_type(0x{key.Get(tpid):x4}),vlan(");
        AppendTci(text, (ushort)key.Get(tci), (ushort)mask.Get(tci));
        text.Append("),encap(");
    }

    /// <summary>Identifier and priority; the drop eligible bit only if it is set, or if it is not as exact as they are.</summary>
    private static void AppendTci(StringBuilder text, ushort tci, ushort mask)
    {
        var length = text.Length;
        AppendTciPart(text, length, "vid", tci & TciParts.Id, mask & TciParts.Id, TciParts.IdWidth);
        AppendTciPart(text, length, "pcp", tci >> TciParts.PriorityShift, mask >> TciParts.PriorityShift, TciParts.PriorityWidth);
        var isRestExact = (mask | TciParts.DropEligible) == ushort.MaxValue;
        var isEligible = (tci & mask & TciParts.DropEligible) != 0;
        var isExact = (mask & TciParts.DropEligible) != 0;
        if (isEligible || isExact != isRestExact)
            AppendComma(text, length).Append(isExact ? $"dei={(isEligible ? 1 : 0)}" : "dei=0/0");
    }

    private static void AppendTciPart(StringBuilder text, int start, string name, int value, int mask, int width)
    {
        if (mask != 0)
            AppendComma(text, start)
                .Append(name)
                .Append('=')
                .Append(FieldValue.Format(FieldNotation.Decimal, width, (UInt128)value, (UInt128)mask));
    }

    private static StringBuilder AppendComma(StringBuilder text, int start = 0)
    {
        if (text.Length > start && text[^1] != '(')
            text.Append(',');
        return text;
    }
}
