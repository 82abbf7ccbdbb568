using System.Buffers;
using System.Text;
using Fabric.Changes;

namespace Fabric.Topology.Hive;

/// <summary>What an envelope must be like; what it holds is judged by the rules of the network.</summary>
internal static class EnvelopeRules
{
    /// <summary>The longest author, in characters.</summary>
    internal const int MaxAuthorLength = 128;

    /// <summary>The longest reason, in characters.</summary>
    internal const int MaxReasonLength = 1024;

    /// <summary>Why the envelope is refused, or null.</summary>
    internal static Rejection? Judge(CommandEnvelope envelope)
    {
        if (envelope.Request == default)
            return Invalid("The request id is zero; choose 128 random bits.");
        if (envelope.Author.Length is 0 or > MaxAuthorLength)
            return Invalid($"The author has {envelope.Author.Length} characters; name one with 1 to {MaxAuthorLength}.");
        if (envelope.Reason.Length > MaxReasonLength)
            return Invalid($"The reason has {envelope.Reason.Length} characters; give one with up to {MaxReasonLength}.");
        if (!IsStorable(envelope.Author) || !IsStorable(envelope.Reason))
            return Invalid("The author or the reason holds a zero character or half a character; send text.");
        return null;
    }

    // What not every database can store, or UTF-8 express.
    private static bool IsStorable(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done || rune.Value == 0)
                return false;
            text = text[length..];
        }
        return true;
    }

    private static Rejection Invalid(string message) => new(RejectionReason.Invalid, message);
}
