namespace Fabric.Balancing.Checks;

/// <summary>The ports that a router asks members from: below those that it translates sources to, so that an answer is of one or the other.</summary>
public static class CheckPorts
{
    /// <summary>The first port.</summary>
    public const ushort First = 0x0300;

    /// <summary>How many there are.</summary>
    public const int Count = 0x0100;

    /// <summary>The bits that tell whether a port is one of them.</summary>
    public const ushort Mask = 0xff00;

    /// <summary>The port is one of them.</summary>
    public static bool Contains(ushort port) => (port & Mask) == First;
}
