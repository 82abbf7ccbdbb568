using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Topology.Learned;

/// <summary>Something that a host has learned from traffic or from its interfaces.</summary>
/// <remarks>Immutable. Not in the journal; a newer fact about the same thing takes its place.</remarks>
public abstract record LearnedFact
{
    private LearnedFact() { }

    /// <summary>A station was heard behind a port of a bridge.</summary>
    public sealed record Station(MacKey Key, PortId Port) : LearnedFact;

    /// <summary>A neighbor answered, or, without an address, was asked and did not answer in time.</summary>
    public sealed record Neighbor(NeighborKey Key, MacAddress? Mac) : LearnedFact;

    /// <summary>The interface of an exterior port came up or went down.</summary>
    public sealed record Interface(PortId Port, bool IsUp) : LearnedFact;
}
