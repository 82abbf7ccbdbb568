using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a rule of address translation.</summary>
internal static class NatShape
{
    /// <summary>Port outside, for sources.</summary>
    public static Key<ScalarForm<string>> Source { get; } =
        new(
            "snat",
            Forms.Reference(DeviceKind.Port),
            "Translates the sources of packets that leave by this port of the router. One of `snat`, `dnat`, `static`, `prefix`, `nat64`."
        );

    /// <summary>Address outside, for destinations.</summary>
    public static Key<ScalarForm<IpAddress>> Destination { get; } =
        new(
            "dnat",
            Forms.Address,
            "Translates the destination of packets for this address. One of `snat`, `dnat`, `static`, `prefix`, `nat64`."
        );

    /// <summary>Address outside, for one inside.</summary>
    public static Key<ScalarForm<IpAddress>> Static { get; } =
        new(
            "static",
            Forms.Address,
            "This address outside and `to` stand for each other, for all protocols. One of `snat`, `dnat`, `static`, `prefix`, `nat64`."
        );

    /// <summary>Prefix outside, for one inside.</summary>
    public static Key<ScalarForm<IpPrefix>> Prefix { get; } =
        new(
            "prefix",
            Forms.Prefix,
            "This IPv6 prefix outside and that of `from` stand for each other, address by address, and no checksum changes (RFC 6296). One of `snat`, `dnat`, `static`, `prefix`, `nat64`."
        );

    /// <summary>Prefix that stands for IPv4.</summary>
    public static Key<ScalarForm<IpPrefix>> Embedding { get; } =
        new(
            "nat64",
            Forms.Prefix,
            "Takes packets of IPv6 for this prefix, whose addresses stand for those of IPv4 (RFC 6052), to IPv4, and their answers back (RFC 6146). Of length 32, 40, 48, 56, 64 or 96; 64:ff9b::/96 for addresses of the Internet alone. One of `snat`, `dnat`, `static`, `prefix`, `nat64`."
        );

    /// <summary>What it becomes.</summary>
    public static Key<ScalarForm<AddressRange>> To { get; } =
        new(
            "to",
            new("address, or range of addresses", "203.0.113.10 or 203.0.113.10-203.0.113.13", ReadRange),
            "With `snat`: the addresses outside; left out, the port's own. With `dnat` and `static`: the address inside. With `nat64`: the IPv4 addresses to speak from."
        );

    /// <summary>Which sources.</summary>
    public static Key<ScalarForm<IpPrefix>> From { get; } =
        new(
            "from",
            Forms.Prefix,
            "With `snat` and `nat64`: the sources that it is for. With `prefix`: the prefix inside, as long as that outside."
        )
        {
            Default = "all with `snat` and `nat64`",
        };

    /// <summary>Which ports.</summary>
    public static Key<ScalarForm<PortRange>> Ports { get; } =
        new(
            "ports",
            RuleForms.PortRange,
            "With `snat` and `nat64`: the ports to translate to. With `dnat`: the ports that it is for; needs `proto`."
        )
        {
            Default = "1024-65535 with `snat` and `nat64`, all with `dnat`",
        };

    /// <summary>Port inside.</summary>
    public static Key<ScalarForm<int>> ToPort { get; } =
        new("to-port", Forms.Integer("port from 1 to 65535", 1, 65535, "8080"), "With `dnat`: the port inside for the first of `ports`.")
        {
            Default = "the port is kept",
        };

    /// <summary>Protocol.</summary>
    public static Key<ScalarForm<byte>> Protocol { get; } =
        new("proto", RuleForms.Protocol, "With `dnat`: the IP protocol that it is for.") { Default = "all" };

    /// <summary>Port outside, for static.</summary>
    public static Key<ScalarForm<string>> Port { get; } =
        new("port", Forms.Reference(DeviceKind.Port), "With `static` and `prefix`: the port of the router that leads outside.");

    /// <summary>What may come in.</summary>
    public static Key<ScalarForm<NatFiltering>> Filter { get; } =
        new(
            "filter",
            Forms.Words(
                "filtering",
                ("address-and-port", NatFiltering.AddressAndPort),
                ("address", NatFiltering.Address),
                ("none", NatFiltering.None)
            ),
            "With `snat` and `nat64`: who may speak to an address and port outside that a station has been given: those that it spoke to, these from any of their ports too, or anyone."
        )
        {
            Default = "address-and-port",
        };

    /// <summary>How ports are given.</summary>
    public static Key<ScalarForm<bool>> Mode { get; } =
        new(
            "mode",
            Forms.Words("mode", ("dynamic", false), ("deterministic", true)),
            "With `snat`: ports are given as they are free, or each station of `from` has an address of `to` and a block of ports of its own (RFC 7422); then `from` and `to` are needed."
        )
        {
            Default = "dynamic",
        };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new(
            "nat",
            "One rule by which a router translates addresses.",
            Source,
            Destination,
            Static,
            Prefix,
            Embedding,
            To,
            From,
            Ports,
            ToPort,
            Protocol,
            Port,
            Filter,
            Mode
        );

    private static bool ReadRange(string text, out AddressRange range)
    {
        range = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (!IpAddress.TryParse(dash < 0 ? text : text.AsSpan(0, dash), out var first))
            return false;
        var last = first;
        if (dash >= 0 && !IpAddress.TryParse(text.AsSpan(dash + 1), out last))
            return false;
        range = new AddressRange(first, last);
        return first.Family == last.Family && first.Bits <= last.Bits;
    }
}
