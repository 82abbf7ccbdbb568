using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Two IPv6 prefixes of one length that stand for each other, address by address, so that no checksum changes (RFC 6296).</summary>
/// <remarks>
/// The prefix is replaced, and what that adds to a ones' complement sum over the address is taken off one 16-bit word: that of the subnet for prefixes up to
/// /48 (section 3.4), else the first of the interface identifier that is not all ones (section 3.5). Nothing is remembered, and either way undoes the other.
/// </remarks>
/// <param name="Inside">The prefix inside.</param>
/// <param name="Outside">The prefix outside.</param>
public readonly record struct PrefixTranslation(IpPrefix Inside, IpPrefix Outside)
{
    /// <summary>The longest prefix that leaves an interface identifier.</summary>
    public const int MaxLength = 64;

    private const int SubnetLength = 48;
    private const int SubnetWord = 3;
    private const int LastWord = 7;
    private const ushort Ones = 0xffff;

    /// <summary>Translates an address of the prefix inside.</summary>
    /// <param name="address">The address.</param>
    /// <param name="outside">What stands for it outside.</param>
    /// <returns>False for the few that nothing stands for: of a subnet of all ones, or of no interface where that would be changed.</returns>
    public bool TryGoOut(IpAddress address, out IpAddress outside) => TryTranslate(Inside, Outside, address, out outside);

    /// <summary>Translates an address of the prefix outside.</summary>
    /// <param name="address">The address.</param>
    /// <param name="inside">What it stands for inside.</param>
    /// <returns>As <see cref="TryGoOut"/>.</returns>
    public bool TryGoIn(IpAddress address, out IpAddress inside) => TryTranslate(Outside, Inside, address, out inside);

    private static bool TryTranslate(IpPrefix from, IpPrefix to, IpAddress address, out IpAddress translated)
    {
        translated = default;
        if (!TryFindWord(from.Length, address.Bits, out var word))
            return false;
        var adjusted = Add(Add(WordOf(address.Bits, word), SumOf(from)), (ushort)~SumOf(to));
        // Zero has two forms; it is always the same that is written, or the way back would not be known.
        if (adjusted == Ones)
            adjusted = 0;
        var shift = ShiftOf(word);
        var bits = to.Address.Bits | address.Bits & ~to.Mask;
        translated = IpAddress.Of(IpFamily.V6, bits & ~((UInt128)Ones << shift) | (UInt128)adjusted << shift);
        return true;
    }

    private static bool TryFindWord(int length, UInt128 address, out int word)
    {
        word = SubnetWord;
        if (length <= SubnetLength)
            return WordOf(address, word) != Ones;
        // The identifier of all zeros is every router's on the subnet, and what it became would be a station's (RFC 4291, section 2.6.1).
        if ((ulong)address == 0)
            return false;
        while (++word <= LastWord && WordOf(address, word) == Ones) { }
        return word <= LastWord;
    }

    private static ushort SumOf(IpPrefix prefix)
    {
        var sum = (ushort)0;
        for (var word = 0; word <= SubnetWord; word++)
            sum = Add(sum, WordOf(prefix.Address.Bits, word));
        return sum;
    }

    private static ushort WordOf(UInt128 bits, int word) => (ushort)(bits >> ShiftOf(word));

    private static int ShiftOf(int word) => (LastWord - word) * 16;

    /// <summary>Adds in ones' complement: what overflows is added again (RFC 1071, section 1).</summary>
    private static ushort Add(ushort one, ushort other)
    {
        var sum = one + other;
        return (ushort)((sum & Ones) + (sum >> 16));
    }
}
