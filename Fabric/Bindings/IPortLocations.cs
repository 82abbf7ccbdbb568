using Fabric.Devices;

namespace Fabric.Bindings;

/// <summary>Where exterior ports are, as one host sees it at one moment.</summary>
/// <remarks>Implement it by a struct where speed counts: callers take it as a constrained type parameter.</remarks>
public interface IPortLocations
{
    /// <summary>Finds how to reach a port.</summary>
    /// <returns>False if it cannot be reached: its interface is not there, or its host is unknown.</returns>
    bool TryFind(PortId port, out PortLocation location);
}
