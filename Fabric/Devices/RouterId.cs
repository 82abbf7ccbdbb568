using System.Globalization;

namespace Fabric.Devices;

/// <summary>Identifies a router for ever; never reused.</summary>
public readonly record struct RouterId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
