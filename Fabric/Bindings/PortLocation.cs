using Fabric.Addresses;
using Fabric.Flows;

namespace Fabric.Bindings;

/// <summary>How a host reaches an exterior port: by a datapath port of its own, or by a tunnel to the port's host.</summary>
public readonly record struct PortLocation
{
    /// <summary>The datapath port: of the interface, or of the tunnel.</summary>
    public uint DatapathPort { get; private init; }

    /// <summary>The port is bound to another host.</summary>
    public bool IsRemote { get; private init; }

    /// <summary>The key under which the other host knows the port; 24 bits.</summary>
    public ulong TunnelKey { get; private init; }

    /// <summary>The key under which one copy reaches all of the flood's ports at that host; 0 if this port must have a copy of its own.</summary>
    public ulong FloodKey { get; init; }

    /// <summary>How many ports such a copy reaches.</summary>
    public int FloodSize { get; init; }

    /// <summary>This host's tunnel endpoint.</summary>
    public IpAddress Source { get; private init; }

    /// <summary>The other host's tunnel endpoint.</summary>
    public IpAddress Destination { get; private init; }

    /// <summary>How to encapsulate.</summary>
    public TunnelOptions Options { get; private init; }

    /// <summary>The longest frame that the tunnel takes, Ethernet header and tags included; 0 if that is not known.</summary>
    public ushort MaxFrameBytes { get; init; }

    /// <summary>A port of this host.</summary>
    public static PortLocation Local(uint datapathPort) => new() { DatapathPort = datapathPort };

    /// <summary>A port of another host.</summary>
    public static PortLocation Remote(uint tunnelPort, ulong tunnelKey, IpAddress source, IpAddress destination, TunnelOptions options) =>
        new()
        {
            DatapathPort = tunnelPort,
            IsRemote = true,
            TunnelKey = tunnelKey,
            Source = source,
            Destination = destination,
            Options = options,
        };
}
