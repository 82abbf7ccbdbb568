using Fabric.Devices;

namespace Fabric.Tests.World;

/// <summary>What must be so at every step, whatever has gone wrong.</summary>
internal sealed class StepCheck(World world)
{
    private readonly Dictionary<WorldNode, TopologySnapshot> _known = [];

    /// <summary>Tells the world what is not so.</summary>
    public void Run()
    {
        CheckAnswers();
        foreach (var node in world.Nodes)
            CheckReplica(node);
    }

    /// <summary>What was acknowledged is in the journal, at the position that was told, once; what was refused is not.</summary>
    private void CheckAnswers()
    {
        var entries = world.Database.Disk.Entries;
        var stored = entries.Select(entry => entry.Request).ToHashSet();
        if (stored.Count < entries.Length)
            world.Fail("a request is stored twice");
        foreach (var wish in world.Users.Wishes)
        {
            var request = wish.Envelope.Request;
            if (
                wish.Accepted is { Versions.IsEmpty: false } accepted
                && (accepted.Position > entries.Length || entries[(int)accepted.Position - 1].Request != request)
            )
                world.Fail($"{wish.Envelope.Reason} was acknowledged at {accepted.Position} and is not there");
            if (wish is { IsOpen: false, Accepted: null } && stored.Contains(request))
                world.Fail($"{wish.Envelope.Reason} was not acknowledged, or refused, and is stored");
        }
    }

    /// <summary>A replica is what the journal says at its position; so all replicas at a position are equal.</summary>
    private void CheckReplica(WorldNode node)
    {
        if (node.Hive?.Replica.State is not { } state || ReferenceEquals(_known.GetValueOrDefault(node), state.Topology))
            return;
        _known[node] = state.Topology;
        var position = state.Head.Position;
        if (position > world.Database.Disk.Entries.Length)
            world.Fail($"{node.Name} is at {position}, which the journal does not hold");
        else if (position > 0 && world.Database.Disk.Entries[(int)position - 1].Head != state.Head)
            world.Fail($"{node.Name} has another hash at {position} than the journal");
        else if (WorldTruth.HashOf(state.Topology) != world.Truth.At(position))
            world.Fail($"{node.Name} has another description at {position} than the journal");
    }
}
