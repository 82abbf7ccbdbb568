using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>The parts of a VLAN tag's control information (IEEE 802.1Q, section 9.6).</summary>
internal static class TciParts
{
    public const ushort Id = Vlan.IdMask;
    public const int IdWidth = 12;
    public const ushort DropEligible = 0x1000;
    public const int DropEligibleShift = 12;
    public const int PriorityShift = Vlan.PriorityShift;
    public const int PriorityWidth = 3;
}
