using System.Globalization;

namespace Fabric.Agent.Datapaths;

/// <summary>Identifies a flow in a datapath: the kernel's unique flow id (UFID), 128 bits.</summary>
/// <param name="Value">Chosen by the agent; never reused while the datapath lives.</param>
public readonly record struct FlowId(UInt128 Value)
{
    /// <summary>Thirty-two hexadecimal digits in the grouping of ovs-dpctl.</summary>
    public override string ToString()
    {
        var digits = Value.ToString("x32", CultureInfo.InvariantCulture);
        return $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..]}";
    }
}
