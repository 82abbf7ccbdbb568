using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>An address of a port and the subnet it lies in.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Bits of the subnet, 0..32 or 0..128; the whole width where the subnet is not known.</param>
public readonly record struct InterfaceAddress(IpAddress Address, int PrefixLength)
{
    /// <summary>The subnet.</summary>
    public IpPrefix Subnet => new(Address, PrefixLength);

    /// <summary>ADDRESS/LENGTH, or the address alone when the length is the whole width.</summary>
    public override string ToString() => PrefixLength == Address.Width ? Address.ToString() : $"{Address}/{PrefixLength}";
}
