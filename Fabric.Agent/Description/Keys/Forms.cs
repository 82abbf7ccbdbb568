using System.Collections.Immutable;
using System.Globalization;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The forms of single values that several sorts of maps share.</summary>
internal static class Forms
{
    /// <summary>up or down.</summary>
    public static ScalarForm<bool> Admin { get; } = Words("state", ("up", true), ("down", false));

    /// <summary>true or false.</summary>
    public static ScalarForm<bool> Bool { get; } = Words("truth value", ("true", true), ("false", false));

    /// <summary>A name of a thing that lives inside a device, such as a rule or a route.</summary>
    public static ScalarForm<string> Name { get; } = new("name", "allow-http", ReadName);

    /// <summary>A Linux interface name.</summary>
    public static ScalarForm<string> Interface { get; } = new("interface name of 1 to 15 characters", "eth0", ReadInterface);

    /// <summary>An Ethernet address.</summary>
    public static ScalarForm<MacAddress> Mac { get; } =
        new("MAC address", "02:00:00:00:00:0a", (string text, out MacAddress mac) => MacAddress.TryParse(text, out mac));

    /// <summary>An IP address.</summary>
    public static ScalarForm<IpAddress> Address { get; } =
        new("IP address", "10.0.0.1 or fd00::1", (string text, out IpAddress address) => IpAddress.TryParse(text, out address));

    /// <summary>An IP prefix.</summary>
    public static ScalarForm<IpPrefix> Prefix { get; } =
        new("prefix", "10.0.0.0/24 or fd00::/64", (string text, out IpPrefix prefix) => IpPrefix.TryParse(text, out prefix));

    /// <summary>An address of an interface, with the length of its subnet.</summary>
    public static ScalarForm<InterfaceAddress> InterfaceAddress { get; } =
        new("address with prefix length", "10.0.0.1/24 or fd00::1/64", ReadInterfaceAddress);

    /// <summary>An address of a station; its prefix length may be left out.</summary>
    public static ScalarForm<InterfaceAddress> StationAddress { get; } =
        new("IP address, prefix length optional", "10.0.0.11 or 10.0.0.11/24", ReadStationAddress);

    /// <summary>A number within bounds.</summary>
    public static ScalarForm<int> Integer(string type, int minimum, int maximum, string example) =>
        new(type, example, (string text, out int value) => ReadInteger(text, minimum, maximum, out value))
        {
            IsNumeric = true,
            Minimum = minimum,
            Maximum = maximum,
        };

    /// <summary>A name of a device, of this tenant or as TENANT/NAME.</summary>
    public static ScalarForm<string> Reference(DeviceKind kind) => new($"name of a {Nouns.One(kind)}", Example(kind), ReadReference);

    /// <summary>One of a few words.</summary>
    public static ScalarForm<T> Words<T>(string type, params ImmutableArray<(string Word, T Value)> words) =>
        new(type, words[0].Word, (string text, out T value) => ReadWord(words, text, out value))
        {
            Values = [.. words.Select(word => word.Word)],
            WordOf = value => words.First(word => EqualityComparer<T>.Default.Equals(word.Value, value)).Word,
        };

    /// <summary>Reads a decimal or 0x number within bounds.</summary>
    public static bool ReadInteger(string text, int minimum, int maximum, out int value)
    {
        var isHex = text.StartsWith("0x", StringComparison.Ordinal);
        var isRead = isHex
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return isRead && value >= minimum && value <= maximum;
    }

    private static string Example(DeviceKind kind) => $"{Nouns.One(kind)}1";

    private static bool ReadName(string text, out string value)
    {
        value = text;
        return DeviceName.IsLegalPart(text);
    }

    private static bool ReadReference(string text, out string value)
    {
        value = text;
        return DeviceName.TryParse(text, out _);
    }

    private static bool ReadInterface(string text, out string value)
    {
        value = text;
        return text.Length is >= 1 and <= 15 && text is not ("." or "..") && !text.Any(c => c is '/' or ':' || char.IsWhiteSpace(c));
    }

    private static bool ReadInterfaceAddress(string text, out InterfaceAddress address) =>
        ReadStationAddress(text, out address) && text.Contains('/', StringComparison.Ordinal);

    private static bool ReadStationAddress(string text, out InterfaceAddress address)
    {
        var isRead = IpPrefix.TryParseInterface(text, out var ip, out var length);
        address = new InterfaceAddress(ip, length);
        return isRead;
    }

    private static bool ReadWord<T>(ImmutableArray<(string Word, T Value)> words, string text, out T value)
    {
        foreach (var (word, known) in words)
        {
            if (word == text)
            {
                value = known;
                return true;
            }
        }
        value = words[0].Value;
        return false;
    }
}
