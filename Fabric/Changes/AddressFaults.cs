using Fabric.Addresses;

namespace Fabric.Changes;

/// <summary>Why an address cannot be that of a single station.</summary>
internal static class AddressFaults
{
    private static readonly IpAddress _loopbackV6 = IpAddress.V6(UInt128.One);

    /// <summary>The fault as the end of a sentence that begins "which", or null.</summary>
    public static string? OfStation(IpAddress address)
    {
        if (address.IsUnspecified)
            return "names no station";
        if (address.IsMulticast)
            return "names a group";
        if (address.IsLimitedBroadcast)
            return "names every station";
        // RFC 1122, section 3.2.1.3 and RFC 4291, section 2.5.3.
        var isLoopback = address.Family == IpFamily.V4 ? address.AsV4.IsLoopback : address == _loopbackV6;
        return isLoopback ? "never leaves its host" : null;
    }
}
