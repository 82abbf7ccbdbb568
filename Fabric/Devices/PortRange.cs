namespace Fabric.Devices;

/// <summary>A range of transport ports, ICMP types or ICMP codes.</summary>
/// <param name="First">The lowest within, 0..65535.</param>
/// <param name="Last">The highest within, 0..65535; below <paramref name="First"/> nothing is within.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>One value alone.</summary>
    public static PortRange Only(ushort value) => new(value, value);
}
