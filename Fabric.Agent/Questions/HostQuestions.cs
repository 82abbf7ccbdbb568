namespace Fabric.Agent.Questions;

/// <summary>The limits of questions between agents and of their answers.</summary>
internal static class HostQuestions
{
    /// <summary>Bytes of an answer in one message.</summary>
    public const int PartBytes = 1000;

    /// <summary>Parts that are sent until who asks says where it is: fewer than wait for a session at most.</summary>
    public const int Credit = 12;

    /// <summary>The longest answer, compressed, in bytes.</summary>
    public const int MaxAnswer = 256 * PartBytes;

    /// <summary>The longest answer as it is read, in bytes: a forged one may be compressed from anything.</summary>
    public const int MaxText = 16 << 20;

    /// <summary>Questions of this agent that wait for an answer at most; more are not asked.</summary>
    public const int MaxAsked = 1024;

    /// <summary>Answers that are made at once at most; who asks meanwhile asks again.</summary>
    public const int MaxMaking = 4;

    /// <summary>Answers that are kept for others to fetch at most; the oldest goes.</summary>
    public const int MaxMade = 64;

    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long after a question without anything new it is asked again.</summary>
    public static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>An answer is also that to the next who asks the same, if it is no older: so watchers of many pages cost as much as one.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(300);
}
