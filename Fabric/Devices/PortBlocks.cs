using System.Globalization;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Neighboring blocks of ports of one address outside, as they are leased to a host.</summary>
/// <param name="Address">The address.</param>
/// <param name="First">The number of the first block, from 0; its ports begin at <see cref="Size"/> times that.</param>
/// <param name="Count">How many blocks.</param>
public readonly record struct PortBlocks(IpAddress Address, int First, int Count)
{
    /// <summary>Ports of a block.</summary>
    public const int Size = 64;

    /// <summary>Blocks of an address.</summary>
    public const int PerAddress = 65_536 / Size;

    /// <summary>The block whose holder translates packets without ports: an address stands for their senders as a whole.</summary>
    public const int Whole = 0;

    /// <summary>They are blocks of an address, one at least.</summary>
    public bool IsLegal => First >= 0 && Count > 0 && First <= PerAddress - Count;

    /// <summary>The ports.</summary>
    public PortRange Ports => new((ushort)(First * Size), (ushort)((First + Count) * Size - 1));

    /// <summary>The block of a port.</summary>
    public static int Of(int port) => port / Size;

    /// <summary>ADDRESS ports FIRST-LAST.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address} ports {Ports.First}-{Ports.Last}");
}
