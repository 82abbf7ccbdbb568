using Akka.Actor;
using Fabric.Akka.Protocol;
using Fabric.Devices;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Entities;

/// <summary>Hands what a device's actor has decided to the writer, once: whoever sent the command sends it again when this leads nowhere.</summary>
/// <param name="writer">The way to the writer, wherever it lives.</param>
/// <param name="horizon">Which freed keys may be given again.</param>
internal sealed class WriterSession(IActorRef writer, Func<KeyHorizon> horizon) : IAppender
{
    /// <summary>How long one try waits. Longer than a commit takes; a message that was lost in a hand-over costs this.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public KeyHorizon Horizon => horizon();

    /// <inheritdoc/>
    public async Task<StoreOutcome> StoreAsync(Proposal proposal)
    {
        // A refusal is not given before the writer has found the same at the head, so the decision itself need not travel.
        try
        {
            return await writer.Ask<StoreOutcome>(new Append(proposal.Envelope), Patience);
        }
        catch (AskTimeoutException)
        {
            return new StoreOutcome.Unavailable(
                $"the writer did not answer within {Patience.TotalSeconds} s",
                MayBeStored: true,
                IsPassing: true
            );
        }
    }
}
