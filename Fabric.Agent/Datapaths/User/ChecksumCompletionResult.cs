namespace Fabric.Agent.Datapaths.User;

/// <summary>What became of an unfinished checksum.</summary>
public enum ChecksumCompletionResult
{
    /// <summary>Stored; the header no longer asks for it.</summary>
    Finished,

    /// <summary>It was finished already.</summary>
    WasFinished,

    /// <summary>The header points outside the frame. Nothing was changed.</summary>
    OutsideFrame,

    /// <summary>The frame stands for several, each with a checksum of its own. Nothing was changed.</summary>
    IsSegmented,
}
