using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>A view of a router advertisement (RFC 4861, section 4.2); the layout stands at <see cref="RouterDiscovery"/>.</summary>
public readonly ref struct RouterAdvertisementView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private RouterAdvertisementView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[Icmpv6.TypeAt];

    public byte Code => _bytes[Icmpv6.CodeAt];

    public byte HopLimit => _bytes[RouterDiscovery.HopLimitAt];

    public bool IsManaged => (_bytes[RouterDiscovery.FlagsAt] & RouterDiscovery.ManagedFlag) != 0;

    public bool HasOther => (_bytes[RouterDiscovery.FlagsAt] & RouterDiscovery.OtherFlag) != 0;

    public ushort LifetimeSeconds => NetworkOrder.U16(_bytes, RouterDiscovery.LifetimeAt);

    public uint ReachableMilliseconds => NetworkOrder.U32(_bytes, RouterDiscovery.ReachableAt);

    public uint RetransmitMilliseconds => NetworkOrder.U32(_bytes, RouterDiscovery.RetransmitAt);

    /// <summary><see cref="NdOptionReader"/> takes them apart.</summary>
    public ReadOnlySpan<byte> Options => _bytes[RouterDiscovery.AdvertisementLength..];

    public ReadOnlySpan<byte> Message => _bytes;

    /// <returns>False if the bytes are shorter than an advertisement without options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out RouterAdvertisementView view)
    {
        var fits = message.Length >= RouterDiscovery.AdvertisementLength;
        view = fits ? new(message) : default;
        return fits;
    }
}

/// <summary>A router advertisement: this router is here, and these prefixes.</summary>
/// <param name="SourceMac">The router's station.</param>
/// <param name="LifetimeSeconds">How long it serves as default router; 0: not at all.</param>
/// <param name="Mtu">The link's MTU; 0 says nothing.</param>
/// <param name="Prefix">A prefix of the link; none says nothing.</param>
public readonly record struct RouterAdvertisement(MacAddress? SourceMac, ushort LifetimeSeconds, uint Mtu, PrefixInformation? Prefix)
{
    /// <summary>The hop limit that hosts shall use; 0 unspecified.</summary>
    public byte HopLimit { get; init; }

    /// <summary>Addresses are given by DHCPv6.</summary>
    public bool IsManaged { get; init; }

    /// <summary>Other things are told by DHCPv6.</summary>
    public bool HasOther { get; init; }

    /// <summary>How long a neighbor counts as reachable; 0 unspecified.</summary>
    public uint ReachableMilliseconds { get; init; }

    /// <summary>How long to wait before asking a neighbor again; 0 unspecified.</summary>
    public uint RetransmitMilliseconds { get; init; }

    /// <summary>Bytes of the message.</summary>
    public int Length =>
        RouterDiscovery.AdvertisementLength
        + (SourceMac is null ? 0 : NdOption.LinkLayerLength)
        + (Mtu == 0 ? 0 : RouterDiscovery.MtuOptionLength)
        + (Prefix is null ? 0 : RouterDiscovery.PrefixOptionLength);

    /// <summary>Reads an advertisement and checks it as RFC 4861, section 6.1.2, demands.</summary>
    /// <remarks>Of several prefixes the first is held; the view's options hold all.</remarks>
    /// <inheritdoc cref="NeighborSolicitation.TryParse"/>
    public static bool TryParse(
        RouterAdvertisementView view,
        Ipv6Address source,
        Ipv6Address destination,
        byte hopLimit,
        out RouterAdvertisement header,
        out HeaderFault fault
    )
    {
        header = Read(view, out var isWhole);
        fault = NeighborDiscovery.FaultOf(view.Message, Icmpv6Type.RouterAdvertisement, source, destination, hopLimit);
        if (fault != HeaderFault.None)
            return false;
        if (!isWhole)
            fault = HeaderFault.Length;
        else if (!source.IsLinkLocal)
            fault = HeaderFault.Value;
        return fault == HeaderFault.None;
    }

    /// <inheritdoc cref="NeighborSolicitation.Write"/>
    public void Write(Span<byte> message, Ipv6Address source, Ipv6Address destination)
    {
        var flags = (IsManaged ? RouterDiscovery.ManagedFlag : 0) | (HasOther ? RouterDiscovery.OtherFlag : 0);
        NetworkOrder.Put(message, RouterDiscovery.ReachableAt, ReachableMilliseconds);
        NetworkOrder.Put(message, RouterDiscovery.RetransmitAt, RetransmitMilliseconds);
        WriteOptions(message[RouterDiscovery.AdvertisementLength..]);
        var rest = (uint)HopLimit << 24 | (uint)flags << 16 | LifetimeSeconds;
        new Icmpv6Header(Icmpv6Type.RouterAdvertisement, 0, rest).Write(message[..Length], source, destination);
    }

    private static RouterAdvertisement Read(RouterAdvertisementView view, out bool isWhole)
    {
        var mac = NdOptionReader.FindLinkLayer(view.Options, NdOption.SourceLinkLayer, out isWhole);
        uint mtu = 0;
        PrefixInformation? prefix = null;
        var options = new NdOptionReader(view.Options);
        while (options.TryNext(out var type, out var value))
        {
            if (type == NdOption.Mtu && value.Length == RouterDiscovery.MtuOptionLength - NdOption.ValueAt)
                mtu = NetworkOrder.U32(value, RouterDiscovery.MtuAt - NdOption.ValueAt);
            else if (type == NdOption.Prefix && prefix is null && PrefixInformation.TryParse(value, out var read, out _))
                prefix = read;
        }
        return new(mac, view.LifetimeSeconds, mtu, prefix)
        {
            HopLimit = view.HopLimit,
            IsManaged = view.IsManaged,
            HasOther = view.HasOther,
            ReachableMilliseconds = view.ReachableMilliseconds,
            RetransmitMilliseconds = view.RetransmitMilliseconds,
        };
    }

    private void WriteOptions(Span<byte> options)
    {
        if (SourceMac is { } mac)
        {
            NdOption.Write(options, NdOption.SourceLinkLayer, mac);
            options = options[NdOption.LinkLayerLength..];
        }
        if (Mtu != 0)
        {
            options[0] = NdOption.Mtu;
            options[1] = RouterDiscovery.MtuOptionLength / NdOption.Unit;
            NetworkOrder.Put(options, NdOption.ValueAt, (ushort)0);
            NetworkOrder.Put(options, RouterDiscovery.MtuAt, Mtu);
            options = options[RouterDiscovery.MtuOptionLength..];
        }
        Prefix?.Write(options);
    }
}
