using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>A port of a kernel datapath, as it was when it was read.</summary>
internal sealed record OvsVport
{
    /// <summary>The datapath port number, below 65535.</summary>
    public required uint Number { get; init; }

    /// <summary>Of the port and of its interface.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required OvsVportKind Kind { get; init; }

    /// <summary>Its interface; null before Linux 4.15.</summary>
    public LinkIndex? Link { get; init; }

    /// <summary>Of a tunnel: the UDP port it listens on.</summary>
    public ushort? UdpPort { get; init; }

    /// <summary>The netlink sockets that its upcalls go to; one that is 0 means none.</summary>
    public IReadOnlyList<uint> UpcallPids { get; init; } = [];

    /// <summary>What it has carried.</summary>
    public OvsVportCounters Counters { get; init; }
}
