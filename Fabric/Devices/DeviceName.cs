namespace Fabric.Devices;

/// <summary>What people call a device: unique within its kind and tenant.</summary>
/// <param name="Tenant">The tenant, or empty for what belongs to none (hosts).</param>
/// <param name="Name">The device's own name.</param>
/// <remarks>Both parts: 1..63 characters of a-z, A-Z, 0-9, '-', '_', '.', starting with a letter or digit.</remarks>
public readonly record struct DeviceName(string Tenant, string Name) : IComparable<DeviceName>
{
    /// <summary>Longest allowed part, in characters.</summary>
    public const int MaxPartLength = 63;

    /// <summary>The text is allowed as a part of a name.</summary>
    public static bool IsLegalPart(ReadOnlySpan<char> part)
    {
        if (part.Length is 0 or > MaxPartLength || !char.IsAsciiLetterOrDigit(part[0]))
            return false;
        foreach (var c in part)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }
        return true;
    }

    /// <summary>Reads TENANT/NAME, or NAME alone for the empty tenant.</summary>
    public static bool TryParse(string text, out DeviceName name)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        name = slash < 0 ? new DeviceName("", text) : new DeviceName(text[..slash], text[(slash + 1)..]);
        return (slash < 0 || IsLegalPart(name.Tenant)) && IsLegalPart(name.Name);
    }

    /// <inheritdoc/>
    public int CompareTo(DeviceName other)
    {
        var byTenant = string.CompareOrdinal(Tenant, other.Tenant);
        return byTenant != 0 ? byTenant : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>TENANT/NAME, or NAME alone.</summary>
    public override string ToString() => string.IsNullOrEmpty(Tenant) ? Name ?? "" : $"{Tenant}/{Name}";
}
