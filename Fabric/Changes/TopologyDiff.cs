using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Compares the network with a description of how it should be: what has to be done, and what would change.</summary>
/// <remarks>
/// Devices of the two are the same when kind and name are; the ids of a wanted device count only if it is new, and then only if they are free. So
/// a description can be written, and written again, without knowing ids.
/// </remarks>
public static class TopologyDiff
{
    /// <summary>One batch that makes the network look as wanted; it holds no command when it does already.</summary>
    /// <param name="current">The network.</param>
    /// <param name="wanted">How it should be.</param>
    /// <param name="isPruning">What is not wanted is deleted; else it stays as it is.</param>
    /// <remarks>A port that is wanted at another device is deleted and created, since a port stays at its device.</remarks>
    public static TopologyCommand.Batch Commands(TopologySnapshot current, TopologySnapshot wanted, bool isPruning = true) =>
        DiffPlan.Make(new DiffPair(current, wanted, isPruning, isRenumbering: true));

    /// <summary>What would change, by kind and name; empty when nothing would.</summary>
    /// <param name="current">The network.</param>
    /// <param name="wanted">How it should be.</param>
    /// <param name="isPruning">What is not wanted is deleted; else it stays as it is.</param>
    public static ImmutableArray<DeviceChange> Changes(TopologySnapshot current, TopologySnapshot wanted, bool isPruning = true)
    {
        var pair = new DiffPair(current, wanted, isPruning, isRenumbering: false);
        var changes = new List<DeviceChange>();
        foreach (var device in pair.Wanted)
        {
            var old = current.Find(device.Ref);
            if (old is null)
                changes.Add(new DeviceChange(ChangeKind.Create, device.Ref.Kind, device.Name, []));
            else if (FieldChanges.Of(pair, old, device) is { IsEmpty: false } fields)
                changes.Add(new DeviceChange(ChangeKind.Update, device.Ref.Kind, device.Name, fields));
        }
        changes.AddRange(pair.Unwanted.Select(device => new DeviceChange(ChangeKind.Delete, device.Ref.Kind, device.Name, [])));
        return [.. changes.OrderBy(change => (change.Device, change.Name))];
    }

    /// <summary>What became of some devices between two positions of one journal; costs these devices, not the network.</summary>
    /// <param name="before">The network at the earlier position.</param>
    /// <param name="after">The network at the later one.</param>
    /// <param name="subjects">The devices.</param>
    public static ImmutableArray<DeviceChange> Between(TopologySnapshot before, TopologySnapshot after, IEnumerable<DeviceRef> subjects)
    {
        var changes = new List<DeviceChange>();
        foreach (var subject in subjects.Distinct())
        {
            var (old, now) = (before.Find(subject), after.Find(subject));
            if (old is null && now is not null)
                changes.Add(new DeviceChange(ChangeKind.Create, subject.Kind, now.Name, []));
            else if (old is not null && now is null)
                changes.Add(new DeviceChange(ChangeKind.Delete, subject.Kind, old.Name, []));
            else if (old is not null && now is not null && FieldChanges.Of(before, after, old, now) is { IsEmpty: false } fields)
                changes.Add(new DeviceChange(ChangeKind.Update, subject.Kind, now.Name, fields));
        }
        return [.. changes.OrderBy(change => (change.Device, change.Name))];
    }
}
