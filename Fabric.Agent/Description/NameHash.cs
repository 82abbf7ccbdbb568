using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>Numbers that follow from names: the same on every machine and in every run.</summary>
/// <remarks>FNV-1a over the characters, then a finishing mix, so that names that differ little give numbers that differ much. No protection against names made to collide.</remarks>
public static class NameHash
{
    private const ulong Basis = 0xcbf2_9ce4_8422_2325;
    private const ulong Prime = 0x0000_0100_0000_01b3;
    private const ulong LocalBit = 1UL << 41;
    private const ulong GroupBit = 1UL << 40;
    private const ulong MacBits = 0xffff_ffff_ffff;

    /// <summary>A number for a text.</summary>
    public static ulong Of(string text)
    {
        var hash = Basis;
        foreach (var c in text)
        {
            hash = (hash ^ (byte)c) * Prime;
            hash = (hash ^ (byte)(c >> 8)) * Prime;
        }
        hash = (hash ^ hash >> 33) * 0xff51_afd7_ed55_8ccd;
        hash = (hash ^ hash >> 33) * 0xc4ce_b9fe_1a85_ec53;
        return hash ^ hash >> 33;
    }

    /// <summary>The Ethernet address of a port that was given none: locally administered, 46 bits of its name.</summary>
    public static MacAddress MacOf(DeviceName port) => new(Of($"mac {port}") & MacBits & ~GroupBit | LocalBit);
}
