using System.Globalization;

namespace Fabric.Devices;

/// <summary>Identifies a chain for ever; never reused.</summary>
public readonly record struct ChainId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
