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

/// <summary>Identifies a bridge for ever; never reused.</summary>
public readonly record struct BridgeId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>Identifies a router for ever; never reused.</summary>
public readonly record struct RouterId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>Identifies a chain for ever; never reused.</summary>
public readonly record struct ChainId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>Identifies an address set for ever; never reused.</summary>
public readonly record struct AddressSetId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>Identifies a port group for ever; never reused.</summary>
public readonly record struct PortGroupId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>Identifies a host for ever; never reused.</summary>
public readonly record struct HostId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
