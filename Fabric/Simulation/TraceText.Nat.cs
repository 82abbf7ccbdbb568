using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

public static partial class TraceText
{
    /// <summary>A rule gives a new connection an address and port outside.</summary>
    internal static string Chooses(NatRule rule, in ConnectionKey back) =>
        $"NAT rule `{rule.Name}` begins a translation: answers come to {Ends(back.Destination, back.DestinationPort)}";

    /// <summary>A rule translates a destination.</summary>
    internal static string Redirects(NatRule rule) => $"NAT rule `{rule.Name}` is for this destination";

    /// <summary>A source or destination was translated.</summary>
    internal static string Translates(string what, IpAddress address, ushort port) => $"the {what} becomes {Ends(address, port)}";

    /// <summary>An ICMP error was translated.</summary>
    internal static string TranslatesError(in ConnectionKey inside) => $"an error about {inside}: translated, inside and out";

    private static string Ends(IpAddress address, ushort port)
    {
        var text = address.Family == IpFamily.V4 ? address.ToString() : $"[{address}]";
        return port == 0 ? address.ToString() : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{text}:{port}");
    }
}
