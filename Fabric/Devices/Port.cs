using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>An attachment point of a bridge or router: interior when linked to a peer port, exterior when bound to a host's interface.</summary>
/// <remarks>A description may have a hundred thousand, so what is often absent takes no more room than its value would: ids are never 0.</remarks>
public sealed record Port : Device
{
    // Above the 48 bits of an address.
    private const ulong HasMac = 1ul << 63;

    private readonly ulong _owner;
    private readonly ulong _peer;
    private readonly ulong _mac;
    private readonly ulong _inboundChain;
    private readonly ulong _outboundChain;
    private readonly HostId _host;
    private readonly string? _interface;
    private readonly DeviceKind _ownerKind;

    /// <summary>Its id.</summary>
    public required PortId Id { get; init; }

    /// <summary>The bridge or router that it belongs to.</summary>
    public required DeviceRef Owner
    {
        get => new(_ownerKind, _owner);
        init => (_ownerKind, _owner) = (value.Kind, value.Id);
    }

    /// <summary>The operator wants it up; a port that is down passes nothing.</summary>
    public bool IsAdminUp { get; init; } = true;

    /// <summary>The port at the other end of an interior link; always symmetric.</summary>
    public PortId? Peer
    {
        get => _peer == 0 ? null : new PortId(_peer);
        init => _peer = value.GetValueOrDefault().Value;
    }

    /// <summary>Where the port is attached, for an exterior port.</summary>
    public HostBinding? Binding
    {
        get => _interface is null ? null : new HostBinding(_host, _interface);
        init => (_host, _interface) = (value.GetValueOrDefault().Host, value.GetValueOrDefault().Interface);
    }

    /// <summary>
    /// A router port's own address, which it must have. At a bridge port: the address of the station attached there, which the
    /// network then knows without learning; null when unknown.
    /// </summary>
    public MacAddress? Mac
    {
        get => _mac == 0 ? null : new MacAddress(_mac & ~HasMac);
        init => _mac = value is { } mac ? mac.Bits | HasMac : 0;
    }

    /// <summary>A router port's own addresses with their subnets. At a bridge port: the addresses of the station attached there.</summary>
    public PortAddresses Addresses { get; init; }

    /// <summary>Rules for packets that enter the device by this port.</summary>
    public ChainId? InboundChain
    {
        get => _inboundChain == 0 ? null : new ChainId(_inboundChain);
        init => _inboundChain = value.GetValueOrDefault().Value;
    }

    /// <summary>Rules for packets that leave the device by this port.</summary>
    public ChainId? OutboundChain
    {
        get => _outboundChain == 0 ? null : new ChainId(_outboundChain);
        init => _outboundChain = value.GetValueOrDefault().Value;
    }

    /// <summary>The groups that it is a member of, in the order of their ids.</summary>
    public ImmutableArray<PortGroupId> Groups { get; init; } = [];

    /// <summary>The port belongs to a bridge.</summary>
    public bool IsBridgePort => Owner.Kind == DeviceKind.Bridge;

    /// <summary>The port belongs to a router.</summary>
    public bool IsRouterPort => Owner.Kind == DeviceKind.Router;

    /// <summary>The port is linked to another port.</summary>
    public bool IsInterior => Peer is not null;

    /// <summary>The port has no peer: a host's interface is, or may be, attached.</summary>
    public bool IsExterior => Peer is null;

    /// <inheritdoc/>
    public override DeviceRef Ref => Id;

    /// <inheritdoc/>
    public override IEnumerable<DeviceRef> References
    {
        get
        {
            yield return Owner;
            if (Peer is { } peer)
                yield return peer;
            if (Binding is { } binding)
                yield return binding.Host;
            if (InboundChain is { } inbound)
                yield return inbound;
            if (OutboundChain is { } outbound)
                yield return outbound;
            foreach (var group in Groups)
                yield return group;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Port? other) =>
        other is not null
        && (Name, Version, Id, Owner, IsAdminUp, Peer) == (other.Name, other.Version, other.Id, other.Owner, other.IsAdminUp, other.Peer)
        && (Binding, Mac, InboundChain, OutboundChain) == (other.Binding, other.Mac, other.InboundChain, other.OutboundChain)
        && Addresses.SequenceEqual(other.Addresses)
        && Groups.SequenceEqual(other.Groups);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version);
}
