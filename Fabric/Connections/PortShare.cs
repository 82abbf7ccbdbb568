using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>Which ports outside new translations may be given: those that are leased to this host, and of these every so-manieth run of neighbors.</summary>
/// <param name="Part">The first run of <see cref="RunLength"/> ports, from 0.</param>
/// <param name="Parts">How many share the ports; 1 or more.</param>
/// <remarks>So two hosts never give one port, and neither do two upcall threads, without asking each other.</remarks>
public readonly record struct PortShare(int Part, int Parts)
{
    /// <summary>Ports that one is given together, so that those for neighboring ports may be neighbors.</summary>
    public const int RunLength = 8;

    /// <summary>All ports.</summary>
    public static PortShare All { get; } = new(0, 1);

    /// <summary>What is leased to this host; null where ports are nobody else's: without an agent, and for a network of older ones.</summary>
    public HeldPorts? Held { get; init; }

    /// <summary>The ports are a station's, by a deterministic rule: no host or thread has a share of them.</summary>
    public bool IsFixed { get; private init; }

    /// <summary>The station has an address outside for itself, packets without ports included.</summary>
    public bool IsAlone { get; private init; }

    /// <summary>The same host's, for a station whose ports are its own.</summary>
    /// <param name="isAlone">It has the address for itself.</param>
    public PortShare ForStation(bool isAlone) => All with { Held = Held, IsFixed = true, IsAlone = isAlone };

    /// <summary>The port is of this share, if it is this host's.</summary>
    public bool Contains(int port) => port / RunLength % Parts == Part;

    /// <summary>The ports of an address at a router that are this host's, lowest first.</summary>
    public ReadOnlySpan<PortRange> Of(DeviceRef router, IpAddress address) =>
        Held is null ? HeldPorts.Everything
        : IsFixed ? Held.Fixed(router, address)
        : Held.Of(router, address);

    /// <summary>Packets without ports may get the address: nobody else gives it to any.</summary>
    public bool HasWhole(DeviceRef router, IpAddress address) => IsFixed ? IsAlone : Held is null || Held.Has(router, address, port: 0);
}
