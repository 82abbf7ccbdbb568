using System.Globalization;

namespace Fabric.Devices;

/// <summary>Identifies an address set for ever; never reused.</summary>
public readonly record struct AddressSetId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
