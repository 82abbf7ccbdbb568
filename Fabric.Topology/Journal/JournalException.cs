namespace Fabric.Topology.Journal;

/// <summary>The journal did not do what it was asked to.</summary>
/// <remarks>The message is one sentence that names the operation and the journal, says what went wrong, and what to do.</remarks>
public sealed class JournalException : Exception
{
    /// <summary>Tells of a failure.</summary>
    /// <param name="failure">Its kind.</param>
    /// <param name="message">One sentence for people.</param>
    /// <param name="inner">What the driver said.</param>
    public JournalException(JournalFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>The kind of failure.</summary>
    public JournalFailure Failure { get; }
}
