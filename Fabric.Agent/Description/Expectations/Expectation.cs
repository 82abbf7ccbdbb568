using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Expectations;

/// <summary>One assertion of `expect:`.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="At">Where it is written.</param>
public abstract record Expectation(string Name, SourcePosition At)
{
    /// <summary>A packet from a station ends in a way.</summary>
    public sealed record Packet(string Name, SourcePosition At) : Expectation(Name, At)
    {
        /// <summary>The exterior port where it comes in.</summary>
        public required PortId From { get; init; }

        /// <summary>The port of the destination, or null for an address.</summary>
        public PortId? ToPort { get; init; }

        /// <summary>The destination's address, if it is given by address.</summary>
        public IpAddress? ToAddress { get; init; }

        /// <summary>The source's address, or null for the addresses of <see cref="From"/>.</summary>
        public IpAddress? Source { get; init; }

        /// <summary>What is sent.</summary>
        public ProbeKind Kind { get; init; }

        /// <summary>The destination port, for TCP and UDP.</summary>
        public ushort Port { get; init; }

        /// <summary>The version to try, or null for all.</summary>
        public IpFamily? Family { get; init; }

        /// <summary>How it should end.</summary>
        public ExpectedResult Result { get; init; }

        /// <summary>The rule that should have decided, RULE or CHAIN/RULE, or null for any.</summary>
        public string? By { get; init; }
    }

    /// <summary>No packet gets from one tenant to another.</summary>
    public sealed record Isolation(string Name, SourcePosition At, ImmutableArray<string> Tenants) : Expectation(Name, At);
}
