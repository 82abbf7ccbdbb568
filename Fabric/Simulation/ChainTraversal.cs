using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>One run through an attached chain and those that it jumps to.</summary>
internal ref struct ChainTraversal
{
    /// <summary>Where the outermost chain is attached.</summary>
    public required ChainHook Hook;

    /// <summary>What it is attached to.</summary>
    public required DeviceRef At;

    /// <summary>The port by which the packet entered the device, if it did.</summary>
    public required Port? InPort;

    /// <summary>The port by which the packet leaves the device, if known.</summary>
    public required Port? OutPort;

    /// <summary>Whether the packet is IPv4 or IPv6, once a rule has asked; rules do not rewrite that.</summary>
    public bool? IsIp;

    /// <summary>Whether the packet tells ports, once a rule has asked; rules do not rewrite that.</summary>
    public bool? HasPorts;

    /// <summary>Jumps so far.</summary>
    public int Jumps;

    /// <summary>A rule as what decides.</summary>
    public readonly Decider Decider(Chain chain, int rule) => new(At, chain.Id, rule, Hook);
}
