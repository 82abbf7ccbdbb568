using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;

namespace Fabric.Topology.Entities;

/// <summary>One device of the description as something that takes commands: one at a time within this process.</summary>
/// <remarks>
/// It keeps no state: what the device looks like is read from the replica, so an actor can end when it has nothing to do and begin anew with
/// the next command. Being alone saves deciding twice about the same device; that two processes do not skew is the journal's business.
/// </remarks>
internal abstract class DeviceActor : IAsyncDisposable
{
    /// <summary>How many commands may wait for one device; the next waits for room.</summary>
    internal const int Capacity = 256;

    private readonly ChangePath _path;
    private readonly Action<DeviceActor> _ended;
    private readonly Mailbox<DeviceTurn> _mailbox;

    /// <param name="device">The device.</param>
    /// <param name="runtime">What it runs on.</param>
    /// <param name="path">What a command does.</param>
    /// <param name="ended">Is told at the end of each turn.</param>
    protected DeviceActor(DeviceRef device, ActorRuntime runtime, ChangePath path, Action<DeviceActor> ended)
    {
        (Device, _path, _ended) = (device, path, ended);
        _mailbox = new Mailbox<DeviceTurn>(runtime, Capacity, turn: 1, ReceiveAsync);
    }

    /// <summary>The device.</summary>
    internal DeviceRef Device { get; }

    /// <summary>Commands that were given to it and have not ended; kept by the <see cref="EntityHost"/>.</summary>
    internal int Pending { get; set; }

    /// <summary>Gives it a command.</summary>
    internal ValueTask PostAsync(DeviceTurn turn) => _mailbox.PostAsync(turn, turn.Cancellation);

    public ValueTask DisposeAsync() => _mailbox.DisposeAsync();

    private async ValueTask ReceiveAsync(IReadOnlyList<DeviceTurn> turns)
    {
        var turn = turns[0];
        try
        {
            turn.Answer.TrySetResult(await _path.ChangeAsync(turn.Envelope, turn.Cancellation));
        }
        catch (OperationCanceledException)
        {
            turn.Answer.TrySetCanceled(turn.Cancellation);
        }
        catch (Exception bug)
        {
            turn.Answer.TrySetException(bug);
        }
        _ended(this);
    }
}
