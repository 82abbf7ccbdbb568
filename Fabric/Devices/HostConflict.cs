namespace Fabric.Devices;

/// <summary>Two ports that are bound to one interface of a host.</summary>
/// <remarks>Exists only between two events of one entry; the rules of the network refuse an entry that would end so.</remarks>
/// <param name="Holder">The port of the lower id, which the index counts.</param>
/// <param name="Rival">The other port.</param>
/// <param name="Interface">The interface that both claim.</param>
public readonly record struct HostConflict(PortId Holder, PortId Rival, string Interface);
