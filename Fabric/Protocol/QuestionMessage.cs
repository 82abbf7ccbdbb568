using System.Collections.Immutable;

namespace Fabric.Protocol;

/// <summary>What an agent that asks another and the one that answers tell each other; each fits into one message between agents.</summary>
/// <remarks>Immutable. Any of them may be lost, doubled or late: who asks says again from where the answer is missing.</remarks>
public abstract record QuestionMessage
{
    private QuestionMessage() { }

    /// <summary>Asks, or asks for more of the same answer.</summary>
    /// <param name="Number">The question's number, drawn by who asks; the same while it asks for more.</param>
    /// <param name="Question">What is asked.</param>
    /// <param name="Offset">From where the answer is missing.</param>
    /// <param name="Credit">How many parts may be sent until it asks again.</param>
    public sealed record Ask(ulong Number, HostQuestion Question, int Offset, int Credit) : QuestionMessage;

    /// <summary>Some bytes of an answer.</summary>
    /// <param name="Number">The question's number.</param>
    /// <param name="Offset">Where in the answer the bytes stand.</param>
    /// <param name="Length">How many bytes the answer has; 0 if there is none.</param>
    /// <param name="Bytes">The bytes.</param>
    public sealed record Part(ulong Number, int Offset, int Length, ImmutableArray<byte> Bytes) : QuestionMessage
    {
        /// <inheritdoc/>
        public bool Equals(Part? other) =>
            other is not null && (Number, Offset, Length) == (other.Number, other.Offset, other.Length) && Bytes.SequenceEqual(other.Bytes);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Number, Offset, Bytes.Length);
    }
}
