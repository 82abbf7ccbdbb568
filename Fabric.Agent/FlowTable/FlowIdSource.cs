using System.Security.Cryptography;
using Fabric.Agent.Datapaths;

namespace Fabric.Agent.FlowTable;

/// <summary>Gives each flow of one upcall thread an id that no other flow of the datapath has, those of earlier agents included.</summary>
/// <remarks>The upper half is drawn at random once, the lower half counts.</remarks>
public sealed class FlowIdSource
{
    private readonly ulong _upper = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private ulong _lower;

    /// <summary>The next id.</summary>
    public FlowId Next() => new(new UInt128(_upper, ++_lower));

    /// <summary>The id came from here.</summary>
    public bool IsOurs(FlowId id) => (ulong)(id.Value >> 64) == _upper;
}
