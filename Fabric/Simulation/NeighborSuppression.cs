using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>A bridge answers ARP and neighbor solicitations for the addresses that it knows, so that they need no flood.</summary>
internal static class NeighborSuppression
{
    /// <summary>Answers a request if the bridge knows the address; true means the packet has been dealt with.</summary>
    public static bool Answers(ref Walk walk, Bridge bridge, Port inPort, MacAddress destination) => false;
}
