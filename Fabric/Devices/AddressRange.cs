using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Addresses of one version from one to another.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest; of the same version and not below.</param>
public readonly record struct AddressRange(IpAddress First, IpAddress Last)
{
    /// <summary>The version.</summary>
    public IpFamily Family => First.Family;

    /// <summary>How many there are.</summary>
    public UInt128 Count => Last.Bits - First.Bits + 1;

    /// <summary>One address alone.</summary>
    public static AddressRange Only(IpAddress address) => new(address, address);

    /// <summary>The address is one of them.</summary>
    public bool Contains(IpAddress address) => address.Family == Family && address.Bits >= First.Bits && address.Bits <= Last.Bits;

    /// <summary>Some address is in both.</summary>
    public bool Overlaps(AddressRange other) => Family == other.Family && First.Bits <= other.Last.Bits && other.First.Bits <= Last.Bits;

    /// <summary>The addresses as prefixes, the fewest that there are.</summary>
    public IEnumerable<IpPrefix> Prefixes
    {
        get
        {
            for (var at = First.Bits; ; )
            {
                var free = 0;
                while (free < First.Width && IsBlock(at, free + 1) && (Block(free + 1) - 1) <= Last.Bits - at)
                    free++;
                yield return new IpPrefix(IpAddress.Of(Family, at), First.Width - free);
                var end = at + (Block(free) - 1);
                if (end >= Last.Bits)
                    yield break;
                at = end + 1;
            }
        }
    }

    /// <summary>FIRST-LAST, or one address.</summary>
    public override string ToString() => First == Last ? First.ToString() : $"{First}-{Last}";

    private static bool IsBlock(UInt128 at, int bits) => (at & (Block(bits) - 1)) == UInt128.Zero;

    private static UInt128 Block(int bits) => bits >= 128 ? UInt128.Zero : UInt128.One << bits;
}
