using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>What a routing table holds for one destination.</summary>
/// <param name="Routes">The routes of the longest prefix that has any, lowest metric first; empty when no route holds the destination.</param>
/// <param name="Length">Bits of that prefix; 0 also when there is none.</param>
/// <param name="ToldApart">The destinations that the search did not tell apart: every address of it finds the same.</param>
/// <param name="Own">The port whose own address the destination is, or null.</param>
public readonly record struct RouteMatch(ImmutableArray<Route> Routes, int Length, IpPrefix ToldApart, PortId? Own);
