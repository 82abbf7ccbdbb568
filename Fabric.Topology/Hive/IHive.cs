using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Feed;
using Fabric.Topology.Journal;
using Fabric.Topology.Learned;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Hive;

/// <summary>The hive as one process sees it: takes commands, and follows the one order of changes that all nodes share.</summary>
/// <remarks>
/// <para>
/// One order: every accepted change has a position; positions are 1, 2, 3... without gaps, the same at every node and for ever. A position is
/// one entry of 1..n events, decided as a whole and applied as a whole.
/// </para>
/// <para>
/// Any thread may call any member, several at a time. Nothing here blocks the caller's thread for longer than a short read; nothing here is
/// for packet threads, but for the reads of <see cref="Replica"/> and <see cref="Learned"/>.
/// </para>
/// <para>
/// While the journal is away, the replica stays where it is, readers of the feed wait, and commands are answered
/// <see cref="SubmitResult.Unavailable"/>; when it is back, everything goes on from the same positions.
/// </para>
/// </remarks>
public interface IHive : IAsyncDisposable
{
    /// <summary>This process's copy of the description.</summary>
    ITopologyReplica Replica { get; }

    /// <summary>What the network learns from traffic; not in the journal.</summary>
    LearnedTable Learned { get; }

    /// <summary>Who takes part.</summary>
    IMembership Membership { get; }

    /// <summary>Messages to the agents of other hosts; null in a hive that has no key or nothing to carry them.</summary>
    IPeers? Peers { get; }

    /// <summary>Whom this node follows and feeds; null in a hive without messages to others.</summary>
    RelayView? Relay { get; }

    /// <summary>What works and what does not.</summary>
    HiveHealth Health { get; }

    /// <summary>Ends after disposal, or with the exception of a part that failed by a bug of ours; the process should then end.</summary>
    Task Completion { get; }

    /// <summary>Decides about a command and stores what it means.</summary>
    /// <param name="envelope">The command. Its request must be new, or the same as before when it is sent again.</param>
    /// <param name="cancellation">
    /// Stops the waiting. The command may be stored all the same; sending the same request again finds out.
    /// </param>
    /// <returns>
    /// Every answer is decided at the head of the journal, after all that any node has been told is accepted. When
    /// <see cref="SubmitResult.Accepted"/> is returned, the change survives the death of every process, and <see cref="Replica"/> has it:
    /// store, then apply, then answer.
    /// </returns>
    /// <remarks>
    /// A request that has changed something is answered with that position and changes nothing again, at any node and after any restart. A
    /// request that was refused, or that found nothing to change, has left no trace and is decided anew. Two commands of which the second
    /// was submitted after the first was answered are stored in this order; two at once in either.
    /// </remarks>
    /// <exception cref="OperationCanceledException">See <paramref name="cancellation"/>.</exception>
    /// <exception cref="ObjectDisposedException">The hive is closed.</exception>
    ValueTask<SubmitResult> SubmitAsync(CommandEnvelope envelope, CancellationToken cancellation = default);

    /// <summary>Reads all entries after a position: those of the past in order, then each new one when it comes; ends when the hive is closed.</summary>
    /// <param name="after">The reader's position; 0 for all.</param>
    /// <param name="hash">
    /// The hash at that position, when the reader knows it. If the journal does not hold the reader's past, the first item is a
    /// <see cref="FeedItem.Resync"/>. Without a hash the past is believed to be the same.
    /// </param>
    /// <param name="cancellation">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <remarks>
    /// Each <see cref="FeedItem.Stored"/> follows the item before it by exactly one position: no gaps, no repeats. A
    /// <see cref="FeedItem.Resync"/> comes in between when the journal turns out to be another one than was followed, or its past no longer
    /// reaches back to the reader; it replaces all before, and what follows continues from it. An item is given only after
    /// <see cref="Replica"/> has reached its position. A reader may be as slow as it likes: it has no queue, it holds nothing up, and what
    /// it missed is read from the journal. One enumerator is for one caller at a time; it runs in the context that moves it.
    /// </remarks>
    /// <exception cref="JournalException">The past that the reader needs cannot be read now; read again from the last position.</exception>
    IAsyncEnumerable<FeedItem> FeedAsync(long after, EntryHash? hash = null, CancellationToken cancellation = default);

    /// <summary>The description as it was at a position of the past.</summary>
    /// <param name="position">From 0, the network without any device, up to the position of <see cref="Replica"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <remarks>Costs the reading of a snapshot and the entries after it. The same position always gives an equal description.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The journal has not reached the position.</exception>
    /// <exception cref="JournalException">The past cannot be read now.</exception>
    ValueTask<TopologySnapshot> ReadPastAsync(long position, CancellationToken cancellation = default);

    /// <summary>Who changed what, when and why: the entries of a range, in order.</summary>
    /// <param name="first">The first position wanted, at least 1.</param>
    /// <param name="last">The last position wanted; reading ends at the head when that is before it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="JournalException">The past cannot be read now; all before the failure was given.</exception>
    IAsyncEnumerable<JournalEntry> ReadHistoryAsync(long first, long last = long.MaxValue, CancellationToken cancellation = default);

    /// <summary>Where the actors of devices live now, as far as they can be asked; for people.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <remarks>An actor without anything to do is no actor: which devices there are is in <see cref="Replica"/>.</remarks>
    ValueTask<ActorsView> ReadActorsAsync(CancellationToken cancellation = default);
}
