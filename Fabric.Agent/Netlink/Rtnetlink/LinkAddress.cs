using Fabric.Addresses;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>An address of the kernel's own stack.</summary>
/// <param name="Link">The link that has it.</param>
/// <param name="Address">IPv4 or IPv6; of a point-to-point link this end's.</param>
public readonly record struct LinkAddress(LinkIndex Link, IpAddress Address);
