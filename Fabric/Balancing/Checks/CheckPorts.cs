namespace Fabric.Balancing.Checks;

/// <summary>The ports that a router asks members from: below those that it translates sources to, so that an answer is of one or the other.</summary>
public static class CheckPorts
{
    /// <summary>The first port.</summary>
    public const ushort First = 0x0300;

    /// <summary>How many there are.</summary>
    public const int Count = 0x0100;

    /// <summary>How many of them, the first, are of the host whose duty a router is; the others are of one that stands in for it.</summary>
    /// <remarks>So both may ask a member at once, when each believes that it should, and neither takes or ends what is the other's.</remarks>
    public const int OwnerCount = Count / 2;

    /// <summary>The bits that tell whether a port is one of them.</summary>
    public const ushort Mask = 0xff00;

    /// <summary>The port is one of them.</summary>
    public static bool Contains(ushort port) => (port & Mask) == First;

    /// <summary>The port is one that a host asks from which stands in for another.</summary>
    public static bool IsOfStandIn(ushort port) => Contains(port) && port >= First + OwnerCount;

    /// <summary>A port.</summary>
    /// <param name="turn">Which: those of one kind follow each other and begin anew.</param>
    /// <param name="standsIn">It is to be one of a host that stands in.</param>
    public static ushort Of(int turn, bool standsIn) =>
        (ushort)(First + (standsIn ? OwnerCount + turn % (Count - OwnerCount) : turn % OwnerCount));
}
