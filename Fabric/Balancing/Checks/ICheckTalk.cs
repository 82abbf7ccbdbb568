namespace Fabric.Balancing.Checks;

/// <summary>What a check says to a member by a connection that it accepted, and what it makes of the answer.</summary>
/// <remarks>One caller at a time, who goes on with what each turn returns. Bytes come in order, each once.</remarks>
public interface ICheckTalk : IDisposable
{
    /// <summary>Says the first bytes.</summary>
    TalkTurn Begin();

    /// <summary>Takes what the member says.</summary>
    /// <param name="said">The bytes; none where it only ends.</param>
    /// <param name="isLast">It says no more.</param>
    TalkTurn Hear(ReadOnlySpan<byte> said, bool isLast);
}
