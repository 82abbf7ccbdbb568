using Fabric.Devices;

namespace Fabric.Tests.Simulation;

/// <summary>Where a packet stands when a chain is asked: all that rules may ask of besides its headers.</summary>
internal sealed record RulePlace
{
    /// <summary>The network.</summary>
    public required TopologySnapshot Topology { get; init; }

    /// <summary>The exterior port by which the packet entered the network.</summary>
    public Port? Ingress { get; init; }

    /// <summary>The port by which it entered the bridge or router.</summary>
    public Port? InPort { get; init; }

    /// <summary>The port by which it leaves the bridge or router, where known.</summary>
    public Port? OutPort { get; init; }

    /// <summary>The ports, bridges and routers that it has passed.</summary>
    public IReadOnlyList<DeviceRef> Traversed { get; init; } = [];
}
