using System.Collections.Immutable;
using Fabric.Agent.Description.Expectations;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>What fabric.yaml describes.</summary>
public sealed record DescribedNetwork
{
    /// <summary>The devices; worth nothing while there are problems.</summary>
    public required ImmutableArray<Device> Devices { get; init; }

    /// <summary>The assertions, in the order written.</summary>
    public required ImmutableArray<Expectation> Expectations { get; init; }

    /// <summary>Where each device is declared.</summary>
    public required IReadOnlyDictionary<DeviceRef, SourcePosition> Places { get; init; }

    /// <summary>What is wrong, in the order of the text.</summary>
    public required ImmutableArray<Problem> Problems { get; init; }
}
