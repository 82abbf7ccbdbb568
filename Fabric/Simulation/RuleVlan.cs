using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>VLAN tags that rules add and remove (IEEE 802.1Q, section 9).</summary>
internal static class RuleVlan
{
    private const int PriorityShift = 13;

    /// <summary>Adds an outer tag; false if the packet has two, since a flow key tells no more apart.</summary>
    public static bool Push(ObservedKey key, VlanTag tag)
    {
        var (tpid, tci, innerTpid, _) = ReadTags(key);
        if (innerTpid != 0)
            return false;
        WriteTags(key, tag.Tpid, (ulong)(tag.Priority << PriorityShift | tag.Id), tpid, tci);
        return true;
    }

    /// <summary>Removes the outer tag, if there is one.</summary>
    public static void Pop(ObservedKey key)
    {
        var (tpid, _, innerTpid, innerTci) = ReadTags(key);
        if (tpid != 0)
            WriteTags(key, innerTpid, innerTci, 0, 0);
    }

    /// <summary>Observes both tags whole: they move, so each bit written depends on a bit read.</summary>
    private static (ulong Tpid, ulong Tci, ulong InnerTpid, ulong InnerTci) ReadTags(ObservedKey key) =>
        (key.Read(FlowField.VlanTpid), key.Read(FlowField.VlanTci), key.Read(FlowField.CvlanTpid), key.Read(FlowField.CvlanTci));

    private static void WriteTags(ObservedKey key, ulong tpid, ulong tci, ulong innerTpid, ulong innerTci)
    {
        key.Write(FlowField.VlanTpid, tpid);
        key.Write(FlowField.VlanTci, tci);
        key.Write(FlowField.CvlanTpid, innerTpid);
        key.Write(FlowField.CvlanTci, innerTci);
    }
}
