using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Something that a host has learned from traffic or from its interfaces.</summary>
/// <remarks>Immutable. Not in the journal; a newer fact of the same <see cref="Subject"/> takes its place.</remarks>
public abstract record LearnedFact
{
    private LearnedFact() { }

    /// <summary>What it is about: equal for facts that replace each other.</summary>
    public abstract LearnedFact Subject { get; }

    /// <summary>The device whose packets it matters to, or whose port's.</summary>
    public abstract DeviceRef Place { get; }

    /// <inheritdoc/>
    // Not as records do: what a fact is about is a fact itself, and so on without end.
    public sealed override string ToString() =>
        this switch
        {
            Station station => $"{station.Key} is at {station.Port?.ToString() ?? "no port"}",
            Neighbor neighbor => $"{neighbor.Key} is {neighbor.Mac}",
            Interface port => $"{port.Port} is {(port.IsUp ? "up" : "down")}",
            Member member => $"{member.Key.Address} is {(member.Health.IsUp ? "up" : "down")}",
            Answer answer => $"{answer.Key} answered as {answer.Mac}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>A station was heard behind a port of a bridge; without a port, it has not been heard for long.</summary>
    public sealed record Station(MacKey Key, PortId? Port) : LearnedFact
    {
        /// <inheritdoc/>
        public override LearnedFact Subject => new Station(Key, null);

        /// <inheritdoc/>
        public override DeviceRef Place => Key.Bridge;
    }

    /// <summary>A neighbor of a router's port told its address.</summary>
    public sealed record Neighbor(NeighborKey Key, MacAddress Mac) : LearnedFact
    {
        /// <inheritdoc/>
        public override LearnedFact Subject => new Neighbor(Key, default);

        /// <inheritdoc/>
        public override DeviceRef Place => Key.Port;
    }

    /// <summary>The interface of an exterior port is up or down.</summary>
    public sealed record Interface(PortId Port, bool IsUp) : LearnedFact
    {
        /// <inheritdoc/>
        public override LearnedFact Subject => new Interface(Port, false);

        /// <inheritdoc/>
        public override DeviceRef Place => Port;
    }

    /// <summary>
    /// A neighbor answered, and not at the host that asked: whoever did ask may believe it, and nobody else (RFC 4861, section 7.2.5). Never kept.
    /// </summary>
    public sealed record Answer(NeighborKey Key, MacAddress Mac) : LearnedFact
    {
        /// <inheritdoc/>
        public override LearnedFact Subject => new Answer(Key, default);

        /// <inheritdoc/>
        public override DeviceRef Place => Key.Port;
    }

    /// <summary>How a member of a pool is, as the host that checks it found.</summary>
    public sealed record Member(MemberKey Key, MemberHealth Health) : LearnedFact
    {
        /// <inheritdoc/>
        public override LearnedFact Subject => new Member(Key, default);

        /// <inheritdoc/>
        public override DeviceRef Place => Key.Pool.Router;
    }
}
