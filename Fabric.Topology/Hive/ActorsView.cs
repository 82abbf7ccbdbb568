using System.Collections.Immutable;

namespace Fabric.Topology.Hive;

/// <summary>Where the actors of a hive live at one moment.</summary>
/// <param name="Writer">The host whose process puts all changes in order; null in a hive where each does, or while it is not known.</param>
/// <param name="Devices">The actors of devices that have something to do, or had lately, in the order of their devices.</param>
/// <param name="Silent">Hosts that did not tell which actors they have.</param>
public sealed record ActorsView(string? Writer, ImmutableArray<DeviceActorView> Devices, ImmutableArray<string> Silent);
