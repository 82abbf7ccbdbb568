using Fabric.Changes;

namespace Fabric.Topology.Journal;

/// <summary>A command that was decided against this process's replica and asks to be stored.</summary>
/// <param name="Envelope">The command.</param>
/// <param name="DecidedAt">The place of the snapshot that was decided against.</param>
/// <param name="Decision">What was decided; it holds as long as that place is the head.</param>
/// <param name="Cancellation">Cancelled when nobody waits any more; then the command is dropped unless it is being stored already.</param>
internal sealed record Proposal(CommandEnvelope Envelope, JournalHead DecidedAt, Decision Decision, CancellationToken Cancellation)
{
    private static readonly JournalHead s_nowhere = new(-1, default);

    /// <summary>The answer.</summary>
    internal TaskCompletionSource<StoreOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A command that whoever is at the head is to decide: its decision holds nowhere.</summary>
    internal static Proposal Undecided(CommandEnvelope envelope) => new(envelope, s_nowhere, default, CancellationToken.None);

    /// <summary>Drops the command when nobody waits for it.</summary>
    internal bool DropIfCancelled() => Cancellation.IsCancellationRequested && Answer.TrySetCanceled(Cancellation);
}
