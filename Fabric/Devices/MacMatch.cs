using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>An Ethernet address and the bits of it that count.</summary>
/// <param name="Address">What those bits must be; the others do not matter.</param>
/// <param name="Mask">The bits that count.</param>
public readonly record struct MacMatch(MacAddress Address, MacAddress Mask)
{
    /// <summary>One address exactly.</summary>
    public static MacMatch Exactly(MacAddress address) => new(address, MacAddress.Broadcast);
}
