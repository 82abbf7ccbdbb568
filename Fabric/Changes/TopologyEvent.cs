using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Something that has happened to the description of the network.</summary>
/// <remarks>Immutable. Applying it is total and deterministic: every node that applies the same events in order has the same description.</remarks>
public abstract record TopologyEvent
{
    private TopologyEvent() { }

    /// <summary>The device that changed.</summary>
    public abstract DeviceRef Subject { get; }

    /// <summary>A device came into being.</summary>
    public sealed record DeviceCreated(Device Device) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Device.Ref;
    }

    /// <summary>A device looks different now; its rules, routes and members are as in the event too.</summary>
    public sealed record DeviceUpdated(Device Device) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Device.Ref;
    }

    /// <summary>A device is no more.</summary>
    public sealed record DeviceDeleted(DeviceRef Device) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Device;
    }

    /// <summary>A rule was inserted before the one at a place, or at the end.</summary>
    public sealed record RuleInserted(ChainId Chain, int Index, Rule Rule) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Chain;
    }

    /// <summary>The rule at a place was replaced.</summary>
    public sealed record RuleReplaced(ChainId Chain, int Index, Rule Rule) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Chain;
    }

    /// <summary>The rule at a place was deleted.</summary>
    public sealed record RuleDeleted(ChainId Chain, int Index) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Chain;
    }

    /// <summary>A route was added, or replaced the one of its name.</summary>
    public sealed record RoutePut(RouterId Router, Route Route) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Router;
    }

    /// <summary>The route of a name was deleted.</summary>
    public sealed record RouteDeleted(RouterId Router, string Name) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Router;
    }

    /// <summary>A port, or a bridge for its floods, got the key under which its host knows it in tunnels; it keeps it for life.</summary>
    /// <param name="Device">The port or bridge.</param>
    /// <param name="Key">From <see cref="TunnelKeys.Lowest"/> to 24 bits.</param>
    public sealed record TunnelKeyGiven(DeviceRef Device, uint Key) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Device;
    }

    /// <summary>A host's agent has a key by which others know its messages, in place of the one that it had.</summary>
    /// <param name="Host">The host.</param>
    /// <param name="Key">The public key.</param>
    public sealed record HostKeyed(HostId Host, PeerKey Key) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Host;
    }

    /// <summary>A host got blocks of ports that a router translates sources to; no other host gives one of them.</summary>
    public sealed record PortsLeased(RouterId Router, HostId Host, ImmutableArray<PortBlocks> Blocks) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Router;

        /// <inheritdoc/>
        public bool Equals(PortsLeased? other) =>
            other is not null && (Router, Host) == (other.Router, other.Host) && Blocks.AsSpan().SequenceEqual(other.Blocks.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Router, Host, Blocks.Length);
    }

    /// <summary>A host gave blocks of ports back; any may get them.</summary>
    public sealed record PortsReturned(RouterId Router, HostId Host, ImmutableArray<PortBlocks> Blocks) : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Router;

        /// <inheritdoc/>
        public bool Equals(PortsReturned? other) =>
            other is not null && (Router, Host) == (other.Router, other.Host) && Blocks.AsSpan().SequenceEqual(other.Blocks.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Router, Host, Blocks.Length);
    }

    /// <summary>An address set gained and lost members.</summary>
    public sealed record AddressSetChanged(AddressSetId Set, ImmutableArray<IpPrefix> Added, ImmutableArray<IpPrefix> Removed)
        : TopologyEvent
    {
        /// <inheritdoc/>
        public override DeviceRef Subject => Set;

        /// <inheritdoc/>
        public bool Equals(AddressSetChanged? other) =>
            other is not null && Set == other.Set && Added.SequenceEqual(other.Added) && Removed.SequenceEqual(other.Removed);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Set, Added.Length, Removed.Length);
    }
}
