using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>A wish to change the description of the network.</summary>
/// <remarks>Immutable. Deciding about it gives events or a <see cref="Rejection"/>; a wish that is fulfilled already gives no events.</remarks>
public abstract record TopologyCommand
{
    private TopologyCommand() { }

    /// <summary>Creates a device, or makes the one of that id look like this; <see cref="Device.Version"/> is ignored.</summary>
    /// <param name="Device">How it should look; the peer of a port is changed by <see cref="LinkPorts"/> only and ignored here.</param>
    /// <param name="ExpectedVersion">The version that the wish was made against: 0 for one that must not exist, null to take any.</param>
    public sealed record PutDevice(Device Device, long? ExpectedVersion = null) : TopologyCommand;

    /// <summary>Deletes a device that no other names; a bridge or router must have no ports.</summary>
    public sealed record DeleteDevice(DeviceRef Device, long? ExpectedVersion = null) : TopologyCommand;

    /// <summary>Links two ports; both must be without peer and binding.</summary>
    public sealed record LinkPorts(PortId First, PortId Second) : TopologyCommand;

    /// <summary>Unlinks a port and its peer.</summary>
    public sealed record UnlinkPort(PortId Port) : TopologyCommand;

    /// <summary>Binds an exterior port to an interface of a host, or moves it there; null unbinds it.</summary>
    public sealed record BindPort(PortId Port, HostBinding? Binding) : TopologyCommand;

    /// <summary>Inserts a rule at a place from 0 up to the number of rules.</summary>
    public sealed record InsertRule(ChainId Chain, int Index, Rule Rule, long? ExpectedVersion = null) : TopologyCommand;

    /// <summary>Replaces the rule of a name by another in its place.</summary>
    public sealed record ReplaceRule(ChainId Chain, string Name, Rule Rule, long? ExpectedVersion = null) : TopologyCommand;

    /// <summary>Deletes the rule of a name.</summary>
    public sealed record DeleteRule(ChainId Chain, string Name, long? ExpectedVersion = null) : TopologyCommand;

    /// <summary>Adds a route, or replaces the one of its name.</summary>
    public sealed record PutRoute(RouterId Router, Route Route) : TopologyCommand;

    /// <summary>Deletes the route of a name.</summary>
    public sealed record DeleteRoute(RouterId Router, string Name) : TopologyCommand;

    /// <summary>Adds members to an address set and removes others.</summary>
    public sealed record ChangeAddressSet(AddressSetId Set, ImmutableArray<IpPrefix> Added, ImmutableArray<IpPrefix> Removed)
        : TopologyCommand
    {
        /// <inheritdoc/>
        public bool Equals(ChangeAddressSet? other) =>
            other is not null && Set == other.Set && Added.SequenceEqual(other.Added) && Removed.SequenceEqual(other.Removed);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Set, Added.Length, Removed.Length);
    }

    /// <summary>Makes known by which key a host's agent is known to others; the agent itself sends this when it starts.</summary>
    public sealed record KeyHost(HostId Host, PeerKey Key) : TopologyCommand;

    /// <summary>Leases blocks of ports outside to a host, which translates sources to them; a host's agent sends this ahead of need.</summary>
    public sealed record LeasePorts(RouterId Router, HostId Host, ImmutableArray<PortWish> Wishes) : TopologyCommand
    {
        /// <inheritdoc/>
        public bool Equals(LeasePorts? other) =>
            other is not null && (Router, Host) == (other.Router, other.Host) && Wishes.AsSpan().SequenceEqual(other.Wishes.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Router, Host, Wishes.Length);
    }

    /// <summary>Gives blocks of ports back in which nothing is translated any more; those that are not the host's stay whose they are.</summary>
    public sealed record ReturnPorts(RouterId Router, HostId Host, ImmutableArray<PortBlocks> Blocks) : TopologyCommand
    {
        /// <inheritdoc/>
        public bool Equals(ReturnPorts? other) =>
            other is not null && (Router, Host) == (other.Router, other.Host) && Blocks.AsSpan().SequenceEqual(other.Blocks.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Router, Host, Blocks.Length);
    }

    /// <summary>Several wishes as one: all are fulfilled, in order, or none.</summary>
    public sealed record Batch(ImmutableArray<TopologyCommand> Commands) : TopologyCommand
    {
        /// <summary>The versions that the wishes were made against; if any device is at another, all are refused.</summary>
        public ImmutableArray<DeviceVersion> Expected { get; init; } = [];

        /// <inheritdoc/>
        public bool Equals(Batch? other) =>
            other is not null && Commands.SequenceEqual(other.Commands) && Expected.AsSpan().SequenceEqual(other.Expected.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => Commands.Length;
    }
}
