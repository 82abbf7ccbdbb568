using Akka.Actor;
using Fabric.Akka.Nodes;
using Fabric.Akka.Protocol;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Entities;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Entities;

/// <summary>Gives a command to its device's actor, wherever in the cluster that lives, until there is an answer or patience ends.</summary>
/// <remarks>
/// A message may be lost when an actor, its shard, the writer or a node goes; the same request again is answered as the first would have been, so
/// sending again does no harm.
/// </remarks>
/// <param name="node">This node's actor system just now; null while there is none.</param>
/// <param name="options">How long to go on asking, and the clock.</param>
/// <param name="horizon">Which freed keys may be given again.</param>
/// <param name="trouble">Why there is no actor system, for people.</param>
internal sealed class DeviceSession(Func<Node?> node, HiveOptions options, Func<KeyHorizon> horizon, Func<string?> trouble) : IAppender
{
    // Longer than the actor itself waits for the writer, so that what it has to say arrives.
    private static readonly TimeSpan s_askPatience = WriterSession.Patience + TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private TimeProvider Time => options.Runtime.Time;

    /// <inheritdoc/>
    public KeyHorizon Horizon => horizon();

    /// <inheritdoc/>
    public Task<StoreOutcome> StoreAsync(Proposal proposal) =>
        AskAsync(EntityHost.SubjectOf(proposal.Envelope.Command)!.Value, proposal.Envelope, proposal.Cancellation);

    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the command may be stored all the same.</exception>
    internal async Task<StoreOutcome> AskAsync(DeviceRef subject, CommandEnvelope envelope, CancellationToken cancellation)
    {
        var (start, mayBeStored) = (Time.GetTimestamp(), false);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var outcome = await TryAsync(subject, envelope, cancellation);
            if (outcome is not StoreOutcome.Unavailable away)
                return outcome is StoreOutcome.Failed failed ? throw failed.Bug : outcome;
            mayBeStored |= away.MayBeStored;
            // What was certainly not stored, by one that is there, is told at once; what may be is found out, as long as patience lasts.
            var mustTell = !away.IsPassing && !mayBeStored;
            if (mustTell || Time.GetElapsedTime(start) > options.OutcomePatience)
                return away with { MayBeStored = mayBeStored };
            await Task.Delay(s_pause, Time, cancellation);
        }
    }

    private async Task<StoreOutcome> TryAsync(DeviceRef subject, CommandEnvelope envelope, CancellationToken cancellation)
    {
        if (node() is not { } here)
            return Passing(trouble() ?? "this node joins the cluster", mayBeStored: false);
        try
        {
            return await here.Region(subject.Kind).Ask<StoreOutcome>(new DeviceCommand(subject, envelope), s_askPatience, cancellation);
        }
        catch (AskTimeoutException)
        {
            return Passing($"the actor of {subject} did not answer within {s_askPatience.TotalSeconds} s", mayBeStored: true);
        }
    }

    private static StoreOutcome.Unavailable Passing(string reason, bool mayBeStored) => new(reason, mayBeStored, IsPassing: true);
}
