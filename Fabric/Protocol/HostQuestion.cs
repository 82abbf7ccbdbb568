namespace Fabric.Protocol;

/// <summary>What one agent asks another: something that only the host knows where it happened.</summary>
/// <param name="Topic">What it is about.</param>
/// <param name="Limit">How many items at most are wanted; 0 leaves it to the host.</param>
/// <param name="Text">Narrows the topic; see there. At most <see cref="MaxText"/> characters.</param>
public sealed record HostQuestion(HostQuestionTopic Topic, int Limit, string Text)
{
    /// <summary>The longest text: with it a question fits into one message, whatever its letters.</summary>
    public const int MaxText = 256;
}
