using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>What a host should ask for and give back of a router's ports.</summary>
/// <param name="Wishes">Ports that it needs.</param>
/// <param name="Leaving">Blocks that it does not need: nothing more begins in them, and those in which nothing is translated any more are given back.</param>
/// <param name="Spare">Translations that may begin before it should be asked again.</param>
public readonly record struct PortLeaseStep(ImmutableArray<PortWish> Wishes, ImmutableArray<PortBlocks> Leaving, int Spare);
