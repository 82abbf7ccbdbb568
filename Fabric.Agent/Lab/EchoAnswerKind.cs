namespace Fabric.Agent.Lab;

/// <summary>The sorts of answers to an echo request.</summary>
public enum EchoAnswerKind : byte
{
    /// <summary>None in time.</summary>
    None,

    /// <summary>The target's, with the data that was sent.</summary>
    Reply,

    /// <summary>A router's: the hop limit ended there.</summary>
    TimeExceeded,

    /// <summary>A router's or the target's: there is no way to it, or none is allowed.</summary>
    Unreachable,
}
