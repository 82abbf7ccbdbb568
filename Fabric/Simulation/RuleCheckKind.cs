namespace Fabric.Simulation;

/// <summary>What a compiled check asks.</summary>
internal enum RuleCheckKind : byte
{
    /// <summary>Bits of one word of the flow key have a value.</summary>
    Bits,

    /// <summary>A narrow field lies in a range.</summary>
    Range,

    /// <summary>Bits of one word of the flow key have one of many values; a search in place of a row of comparisons, with its own ways on.</summary>
    Run,

    /// <summary>The ingress port of the network is in a group.</summary>
    IngressGroup,

    /// <summary>The port by which the packet entered the device is this one.</summary>
    InPort,

    /// <summary>The port by which the packet entered the device is in a list.</summary>
    InPorts,

    /// <summary>The port by which the packet entered the device is in a group.</summary>
    InGroup,

    /// <summary>The port by which the packet leaves the device is this one.</summary>
    OutPort,

    /// <summary>The port by which the packet leaves the device is in a list.</summary>
    OutPorts,

    /// <summary>The port by which the packet leaves the device is in a group.</summary>
    OutGroup,

    /// <summary>The packet passed a device.</summary>
    Traversed,

    /// <summary>The destination was rewritten.</summary>
    Rewritten,

    /// <summary>The packet is IPv4 or IPv6.</summary>
    Ip,

    /// <summary>The packet tells ports, or an ICMP type and code.</summary>
    Ports,

    /// <summary>An address is in a set.</summary>
    Set,

    /// <summary>What the packet is to its connection is one of some.</summary>
    State,

    /// <summary>The packet is of the return direction of its connection.</summary>
    Return,

    /// <summary>The source in the packet that an ICMP error carries is in a prefix.</summary>
    InnerSource,

    /// <summary>The destination in the packet that an ICMP error carries is in a prefix.</summary>
    InnerDestination,
}
