using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of an address set alone.</summary>
internal static class SetRules
{
    public static Rejection? Change(Draft draft, TopologyCommand.ChangeAddressSet change)
    {
        if (!draft.Now.AddressSets.TryGetValue(change.Set, out var set))
            return Refusal.NotFound(change.Set);
        var added = change.Added.IsDefault ? [] : change.Added;
        var removed = change.Removed.IsDefault ? [] : change.Removed;
        if (added.Intersect(removed).ToArray() is [var both, ..])
            return Refusal.Invalid($"{Refusal.Of(set)} cannot gain and lose {both} at once: name it in one list", set.Ref);
        // Only what really changes is told, in one order, so that equal wishes are equal events.
        added = [.. added.Where(prefix => !set.Members.Contains(prefix)).Distinct().Order()];
        removed = [.. removed.Where(set.Members.Contains).Distinct().Order()];
        if (!added.IsEmpty || !removed.IsEmpty)
            draft.Happen(new TopologyEvent.AddressSetChanged(change.Set, added, removed));
        return null;
    }
}
