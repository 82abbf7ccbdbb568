using System.Globalization;

namespace Fabric.Changes;

/// <summary>Identifies one request of one sender.</summary>
/// <param name="Value">128 random bits.</param>
public readonly record struct RequestId(UInt128 Value)
{
    /// <summary>Thirty-two hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
