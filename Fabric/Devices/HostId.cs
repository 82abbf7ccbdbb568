using System.Globalization;

namespace Fabric.Devices;

/// <summary>Identifies a host for ever; never reused.</summary>
public readonly record struct HostId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
