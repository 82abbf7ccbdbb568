using System.Globalization;

namespace Fabric.Devices;

/// <summary>Identifies a port for ever; never reused.</summary>
/// <param name="Value">Any number but 0, chosen at random by whoever creates the port.</param>
public readonly record struct PortId(ulong Value) : IComparable<PortId>
{
    /// <inheritdoc/>
    public int CompareTo(PortId other) => Value.CompareTo(other.Value);

    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
