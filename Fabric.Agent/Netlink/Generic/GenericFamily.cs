namespace Fabric.Agent.Netlink.Generic;

/// <summary>A family of generic netlink, as this kernel numbers it.</summary>
/// <param name="Name">"ovs_flow" and the like.</param>
/// <param name="Id">The message type of its requests and answers; another after each load of the module.</param>
/// <param name="Version">Of the family, as the kernel speaks it.</param>
/// <param name="Groups">Its multicast groups by name.</param>
public sealed record GenericFamily(string Name, ushort Id, byte Version, IReadOnlyDictionary<string, uint> Groups);
