using Fabric.Addresses;
using Fabric.Agent.Description.Expectations;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of an assertion.</summary>
internal static class ExpectShape
{
    private static readonly ScalarForm<int> PortNumber = Forms.Integer("port from 0 to 65535", 0, ushort.MaxValue, "80");

    /// <summary>Label.</summary>
    public static Key<ScalarForm<string>> Name { get; } =
        new("name", Forms.Name, "What to call it in the results.") { Default = "its line" };

    /// <summary>Sender.</summary>
    public static Key<ScalarForm<string>> From { get; } =
        new(
            "from",
            new("name of a port, TENANT/PORT", "shop/web1", ReadPort),
            "The exterior port where the packet comes in, from the station there."
        );

    /// <summary>Receiver.</summary>
    public static Key<ScalarForm<string>> To { get; } =
        new(
            "to",
            new("name of a port, TENANT/PORT, or an IP address", "shop/db1 or 10.2.0.11", ReadTarget),
            "The port whose station is the destination, or an address: then leaving the network anywhere, or being answered by it, counts as delivered."
        );

    /// <summary>Source address.</summary>
    public static Key<ScalarForm<IpAddress>> Source { get; } =
        new("src", Forms.Address, "The source address, for a port behind which many are.") { Default = "the addresses of `from`" };

    /// <summary>TCP.</summary>
    public static Key<ScalarForm<int>> Tcp { get; } = new("tcp", PortNumber, "A TCP SYN to this port.");

    /// <summary>UDP.</summary>
    public static Key<ScalarForm<int>> Udp { get; } = new("udp", PortNumber, "A UDP datagram to this port.");

    /// <summary>ICMP or ICMPv6.</summary>
    public static Key<ScalarForm<bool>> Icmp { get; } =
        new("icmp", Forms.Words("ICMP message", ("echo", true)), "An ICMP or ICMPv6 echo request; what is tried without `tcp` and `udp`.");

    /// <summary>Version.</summary>
    public static Key<ScalarForm<IpFamily>> Ip { get; } =
        new("ip", Forms.Words("version", ("v4", IpFamily.V4), ("v6", IpFamily.V6)), "The version to try.")
        {
            Default = "every version of which both ends have an address",
        };

    /// <summary>Wanted end.</summary>
    public static Key<ScalarForm<ExpectedResult>> Result { get; } =
        new(
            "result",
            Forms.Words(
                "result",
                ("delivered", ExpectedResult.Delivered),
                ("dropped", ExpectedResult.Dropped),
                ("rejected", ExpectedResult.Rejected)
            ),
            "delivered: it arrives. dropped: it does not. rejected: it does not, and the source is told by ICMP or a TCP reset."
        )
        {
            Default = "delivered",
        };

    /// <summary>Deciding rule.</summary>
    public static Key<ScalarForm<string>> By { get; } =
        new(
            "by",
            new("name of a rule, or CHAIN/RULE", "no-telnet", ReadPort),
            "The rule that must have dropped or rejected it, or matched it on its way."
        );

    /// <summary>Tenants without a way to each other.</summary>
    public static Key<ListForm<string>> Isolate { get; } =
        new(
            "isolate",
            new(Forms.Name),
            "Instead of all the other keys: tenants of which no packet may reach another. TCP, UDP and ICMP are tried between all pairs of ports: a sample, not a proof."
        );

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new("expectation", "An assertion about packets.", Name, From, To, Source, Tcp, Udp, Icmp, Ip, Result, By, Isolate);

    private static bool ReadPort(string text, out string name)
    {
        name = text;
        return DeviceName.TryParse(text, out _);
    }

    private static bool ReadTarget(string text, out string target)
    {
        target = text;
        return IpAddress.TryParse(text, out _) || DeviceName.TryParse(text, out _);
    }
}
