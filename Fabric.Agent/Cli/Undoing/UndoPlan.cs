using System.Collections.Immutable;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Undoing;

/// <summary>Finds out what undoes one change.</summary>
public static class UndoPlan
{
    /// <summary>The change that makes every device of a change as it was before it; without events if all of them are.</summary>
    /// <param name="before">The network before the change.</param>
    /// <param name="after">The network after it.</param>
    /// <param name="now">The network now.</param>
    /// <exception cref="FabricException">A device was changed again since, or what was made since needs one that would go; each is named.</exception>
    public static DescriptionChange Of(TopologySnapshot before, TopologySnapshot after, TopologySnapshot now)
    {
        var devices = TopologyAssembly.DevicesOf(now).ToDictionary(device => device.Ref);
        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var subject in Changed(before, after))
        {
            var change = TopologyDiff.Between(before, now, [subject]);
            if (change.IsEmpty)
                continue;
            if (!TopologyDiff.Between(after, now, [subject]).IsEmpty)
                problems.Add(ChangedSince(after, before, subject));
            else if (before.Find(subject) is { } was)
                devices[subject] = was;
            else
                devices.Remove(subject);
        }
        if (problems.Count > 0)
            throw new FabricException(problems.ToImmutable());
        var wanted = TopologyAssembly.Of(now.Position, devices.Values);
        var command = TopologyDiff.Commands(now, wanted);
        var decision = TopologyDecisions.Decide(now, command, out var undone);
        if (decision.Rejection is { } rejection)
            throw new FabricException([RefusalErrors.ProblemOf(rejection, ImmutableDictionary<DeviceRef, SourcePosition>.Empty)]);
        return new DescriptionChange(now, undone, command, decision.Events);
    }

    private static IEnumerable<DeviceRef> Changed(TopologySnapshot before, TopologySnapshot after) =>
        TopologyAssembly
            .DevicesOf(before)
            .Concat(TopologyAssembly.DevicesOf(after))
            .Select(device => device.Ref)
            .Distinct()
            .Where(subject => !TopologyDiff.Between(before, after, [subject]).IsEmpty);

    private static Problem ChangedSince(TopologySnapshot after, TopologySnapshot before, DeviceRef subject)
    {
        var device = after.Find(subject) ?? before.Find(subject)!;
        return new Problem(UndoErrors.ChangedSince, $"{Nouns.One(subject.Kind)} '{device.Name}' was changed again since");
    }
}
