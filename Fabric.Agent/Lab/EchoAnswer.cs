using Fabric.Addresses;

namespace Fabric.Agent.Lab;

/// <summary>What came back for one echo request.</summary>
/// <param name="Kind">The sort of answer.</param>
/// <param name="From">Who answered; null if nobody did.</param>
/// <param name="Code">The code of an error message.</param>
/// <param name="RoundTrip">How long it took; zero without an answer.</param>
public readonly record struct EchoAnswer(EchoAnswerKind Kind, IpAddress? From, byte Code, TimeSpan RoundTrip)
{
    /// <summary>The target answered, with the same data.</summary>
    public bool IsReply => Kind == EchoAnswerKind.Reply;
}
