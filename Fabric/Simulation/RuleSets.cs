using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Looks addresses of packets up in address sets.</summary>
internal static class RuleSets
{
    /// <summary>The packet's address is in the set; observes and tags the prefix that tells so.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="id">The set; one that does not exist is empty.</param>
    /// <param name="field">Source or destination.</param>
    public static bool Contains(ref Walk walk, AddressSetId id, FlowField field)
    {
        if (RulePrerequisites.FamilyOf(walk.Key) is not { } family)
            return false;
        var index = walk.Topology.AddressSets.TryGetValue(id, out var set) ? set.Index : AddressSetIndex.Empty;
        // Looked at before it is observed, since the lookup itself tells which bits its answer rests on.
        var address = IpAddress.Of(family, walk.Key.Current.GetWide(field));
        var isMember = index.Contains(address, out var decisiveBits);
        var prefix = new IpPrefix(address, decisiveBits);
        walk.Key.ObserveWide(field, prefix.Mask);
        walk.Tag(FlowTag.Prefix(FlowTagKind.SetAddress, id.Value, prefix));
        return isMember;
    }
}
