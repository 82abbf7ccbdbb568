namespace Fabric.Flows;

/// <summary>The notation of <c>ovs-dpctl dump-flows</c> for keys, masks and actions.</summary>
public static partial class FlowText
{
    /// <summary>Writes the fields that a key has.</summary>
    public static string Format(in FlowKey key) => $"eth_type(0x{key.EthType:x4})";

    /// <summary>Writes one action.</summary>
    public static string Format(in FlowAction action) => action.Kind.ToString();
}
