using System.Collections.Concurrent;
using Akka.Actor;
using Fabric.Akka.Protocol;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology;
using Fabric.Topology.Entities;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Entities;

/// <summary>One device of the description as something that takes commands: one at a time in the whole cluster.</summary>
/// <remarks>
/// It keeps no state, as <see cref="DeviceActor"/> does not: what the device looks like is read from the replica of the node that it lives in. So
/// nothing is recovered when it moves, and a second one that lives for a moment while the cluster is in two does no harm: what holds between
/// changes is seen to by the journal.
/// </remarks>
internal sealed class DeviceShardActor : ReceiveActor
{
    private readonly ConcurrentDictionary<DeviceRef, DeviceActorView> _all;
    private readonly string _node;
    private readonly ChangePath _path;
    private readonly Queue<(CommandEnvelope Envelope, IActorRef Sender)> _waiting = [];
    private readonly string _shard;
    private DeviceRef? _device;
    private IActorRef? _asking;

    /// <param name="node">The name of the host that it lives at.</param>
    /// <param name="path">What a command does.</param>
    /// <param name="all">Where the node's actors are listed for people.</param>
    public DeviceShardActor(string node, ChangePath path, ConcurrentDictionary<DeviceRef, DeviceActorView> all)
    {
        (_node, _path, _all) = (node, path, all);
        // The parent of an entity is its shard.
        _shard = Context.Parent.Path.Name;
        Receive<DeviceCommand>(Take);
        Receive<Turned>(turned =>
        {
            turned.Sender.Tell(turned.Outcome);
            _asking = null;
            Next();
        });
    }

    /// <summary>What became of a command.</summary>
    private sealed record Turned(IActorRef Sender, StoreOutcome Outcome) : INoSerializationVerificationNeeded;

    /// <inheritdoc/>
    protected override void PostStop()
    {
        // Who asked asks again, and finds the actor where it is then.
        _asking?.Tell(new StoreOutcome.Unavailable("the device's actor moves to another node", MayBeStored: true, IsPassing: true));
        foreach (var (_, sender) in _waiting)
            sender.Tell(new StoreOutcome.Unavailable("the device's actor moves to another node", MayBeStored: false, IsPassing: true));
        if (_device is { } device)
            _all.TryRemove(device, out _);
    }

    private void Take(DeviceCommand command)
    {
        _device = command.Device;
        if (_waiting.Count >= DeviceActor.Capacity)
        {
            var full = $"{DeviceActor.Capacity} commands wait for {command.Device}; send it later";
            Sender.Tell(new StoreOutcome.Unavailable(full, MayBeStored: false));
            return;
        }
        _waiting.Enqueue((command.Envelope, Sender));
        if (_asking is not null)
            Show();
        else
            Next();
    }

    private void Next()
    {
        if (_waiting.TryDequeue(out var next))
        {
            _asking = next.Sender;
            _path
                .StoreAsync(next.Envelope, CancellationToken.None)
                .PipeTo(
                    Self,
                    success: outcome => new Turned(next.Sender, outcome),
                    failure: bug => new Turned(next.Sender, new StoreOutcome.Failed(bug))
                );
        }
        Show();
    }

    private void Show()
    {
        if (_device is { } device)
            _all[device] = new DeviceActorView(device, _node, _shard, _waiting.Count + (_asking is null ? 0 : 1));
    }
}
