using Fabric.Addresses;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>A network interface of the kernel as it was when it was read.</summary>
/// <remarks>Equal by value, so two readings can be compared.</remarks>
public sealed record Link
{
    /// <summary>The number that requests address it by.</summary>
    public required LinkIndex Index { get; init; }

    /// <summary>Its name, at most 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>The driver's word for what it is: "veth", "bridge"; null for a plain device.</summary>
    public string? Kind { get; init; }

    /// <summary>A note that some program or person left on it; null if none.</summary>
    public string? Alias { get; init; }

    /// <summary>Its Ethernet address; null if it is not an Ethernet interface.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The largest IP packet it sends, in bytes.</summary>
    public uint MtuBytes { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public bool IsUp { get; init; }

    /// <summary>Whether it carries frames: it is up, has a signal (a veth: the other end is up too) and a queue.</summary>
    /// <remarks>
    /// Comes a moment after both ends of a veth were set up. Until then frames sent vanish, and the kernel says nothing. A link that has no
    /// signal to look for, as lo, is never said to.
    /// </remarks>
    public bool IsRunning { get; init; }

    /// <summary>The bridge (or the like) that it belongs to.</summary>
    public LinkIndex? Master { get; init; }

    /// <summary>The other end of a veth, or the interface below a VLAN interface.</summary>
    public LinkIndex? Lower { get; init; }

    /// <summary>Whether <see cref="Lower"/> is a number of another network namespace.</summary>
    public bool IsLowerElsewhere { get; init; }
}
