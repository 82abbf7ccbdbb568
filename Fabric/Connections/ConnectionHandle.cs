namespace Fabric.Connections;

/// <summary>Where a connection stands in the tables of a host.</summary>
/// <param name="Shard">The table, by the number of the thread that owns it.</param>
/// <param name="Slot">The place in the table; even for IPv4, odd for IPv6.</param>
/// <param name="Generation">Which connection of those that had the place: an old handle finds nothing.</param>
public readonly record struct ConnectionHandle(int Shard, int Slot, uint Generation);
