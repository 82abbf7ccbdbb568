using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;

namespace Fabric.Topology.Entities;

/// <summary>Finds the actor of a device, beginning it with the first command and ending it after the last.</summary>
/// <remarks>Any thread. So there are as many actors as devices that something is being done to, not as many as devices.</remarks>
internal sealed class EntityHost(ActorRuntime runtime, ChangePath path)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DeviceRef, DeviceActor> _actors = [];

    /// <summary>How many devices have something to do.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _actors.Count;
        }
    }

    /// <summary>The actors, in the order of their devices, and how many commands each has.</summary>
    internal ImmutableArray<(DeviceRef Device, int Waiting)> List()
    {
        lock (_gate)
            return
            [
                .. _actors.Values.OrderBy(actor => (actor.Device.Kind, actor.Device.Id)).Select(actor => (actor.Device, actor.Pending)),
            ];
    }

    /// <summary>The device whose actor a command goes to; several wishes in one go to the first's.</summary>
    internal static DeviceRef? SubjectOf(TopologyCommand command) =>
        command is TopologyCommand.Batch batch
            ? batch.Commands.Select(SubjectOf).FirstOrDefault(subject => subject is not null)
            : PortActor.SubjectOf(command)
                ?? BridgeActor.SubjectOf(command)
                ?? RouterActor.SubjectOf(command)
                ?? ChainActor.SubjectOf(command)
                ?? SharedActor.SubjectOf(command);

    /// <summary>Gives a command to its device's actor and waits for the answer.</summary>
    internal async Task<SubmitResult> AskAsync(DeviceRef subject, CommandEnvelope envelope, CancellationToken cancellation)
    {
        var turn = new DeviceTurn(envelope, cancellation);
        var actor = Take(subject);
        try
        {
            await actor.PostAsync(turn);
        }
        catch
        {
            Release(actor);
            throw;
        }
        return await turn.Answer.Task.Until(cancellation);
    }

    private DeviceActor Take(DeviceRef subject)
    {
        lock (_gate)
        {
            if (!_actors.TryGetValue(subject, out var actor))
                _actors.Add(subject, actor = Begin(subject));
            actor.Pending++;
            return actor;
        }
    }

    private void Release(DeviceActor actor)
    {
        lock (_gate)
        {
            if (--actor.Pending > 0)
                return;
            _actors.Remove(actor.Device);
        }
        // Nothing waits in it: this only tells its loop to end.
        _ = actor.DisposeAsync();
    }

    private DeviceActor Begin(DeviceRef subject) =>
        subject.Kind switch
        {
            DeviceKind.Port => new PortActor(subject, runtime, path, Release),
            DeviceKind.Bridge => new BridgeActor(subject, runtime, path, Release),
            DeviceKind.Router => new RouterActor(subject, runtime, path, Release),
            DeviceKind.Chain => new ChainActor(subject, runtime, path, Release),
            DeviceKind.AddressSet or DeviceKind.PortGroup or DeviceKind.Host => new SharedActor(subject, runtime, path, Release),
        };
}
