using Fabric.Agent.Description;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>A network that exists in files only, and the description of it.</summary>
internal sealed record DescribedTopology(TopologySnapshot Topology, DescribedNetwork Description);
