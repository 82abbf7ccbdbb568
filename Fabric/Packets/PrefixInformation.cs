using System.Diagnostics;
using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>What a router advertisement says of a prefix (RFC 4861, section 4.6.2); the layout stands at <see cref="RouterDiscovery"/>.</summary>
/// <param name="Prefix">An IPv6 prefix.</param>
/// <param name="IsOnLink">Addresses of the prefix are on this link.</param>
/// <param name="IsAutonomous">Hosts may make themselves addresses of it (RFC 4862, section 5.5.3).</param>
/// <param name="ValidSeconds">How long that holds; all ones for ever.</param>
/// <param name="PreferredSeconds">How long such addresses are preferred; at most as long.</param>
public readonly record struct PrefixInformation(IpPrefix Prefix, bool IsOnLink, bool IsAutonomous, uint ValidSeconds, uint PreferredSeconds)
{
    private const int ValueLength = RouterDiscovery.PrefixOptionLength - NdOption.ValueAt;
    private const byte OnLinkFlag = 0x80;
    private const byte AutonomousFlag = 0x40;

    // From the start of the option's value.
    private const int PrefixLengthAt = 0;
    private const int FlagsAt = 1;
    private const int ValidAt = 2;
    private const int PreferredAt = 6;
    private const int ReservedAt = 10;
    private const int PrefixAt = 14;

    /// <summary>Reads the value of an option of type <see cref="NdOption.Prefix"/>.</summary>
    /// <param name="value">As <see cref="NdOptionReader"/> gives it.</param>
    /// <param name="information">The prefix; bits past its length are ignored (RFC 4861, section 4.6.2).</param>
    /// <param name="fault">Why there is none.</param>
    public static bool TryParse(ReadOnlySpan<byte> value, out PrefixInformation information, out HeaderFault fault)
    {
        information = default;
        fault = value.Length != ValueLength ? HeaderFault.Length : HeaderFault.Value;
        if (value.Length != ValueLength || value[PrefixLengthAt] > 128)
            return false;
        information = new(
            new IpPrefix(NetworkOrder.V6(value, PrefixAt), value[PrefixLengthAt]),
            (value[FlagsAt] & OnLinkFlag) != 0,
            (value[FlagsAt] & AutonomousFlag) != 0,
            NetworkOrder.U32(value, ValidAt),
            NetworkOrder.U32(value, PreferredAt)
        );
        if (information.PreferredSeconds > information.ValidSeconds)
            return false;
        fault = HeaderFault.None;
        return true;
    }

    /// <summary>Writes the whole option, 32 bytes.</summary>
    internal void Write(Span<byte> option)
    {
        Debug.Assert(Prefix.Family == IpFamily.V6, "routers of IPv6 advertise its prefixes");
        option[0] = NdOption.Prefix;
        option[1] = RouterDiscovery.PrefixOptionLength / NdOption.Unit;
        var value = option[NdOption.ValueAt..];
        value[PrefixLengthAt] = (byte)Prefix.Length;
        value[FlagsAt] = (byte)((IsOnLink ? OnLinkFlag : 0) | (IsAutonomous ? AutonomousFlag : 0));
        NetworkOrder.Put(value, ValidAt, ValidSeconds);
        NetworkOrder.Put(value, PreferredAt, PreferredSeconds);
        NetworkOrder.Put(value, ReservedAt, 0u);
        NetworkOrder.Put(value, PrefixAt, Prefix.Address.AsV6);
    }
}
