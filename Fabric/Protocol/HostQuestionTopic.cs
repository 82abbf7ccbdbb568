namespace Fabric.Protocol;

/// <summary>What one agent asks another about.</summary>
/// <remarks>On the wire; a value is never given another meaning. A topic that is not known is answered with nothing.</remarks>
public enum HostQuestionTopic : byte
{
    /// <summary>What the host dropped last; the text names a device that it has to do with, "port shop/web1", or is empty.</summary>
    Drops = 1,

    /// <summary>The flows that the host has installed; the text is words that they must hold.</summary>
    Flows = 2,

    /// <summary>What rules and devices have carried at the host; the text names chains, and is empty for all.</summary>
    Traffic = 3,

    /// <summary>What the ports that are attached at the host have carried.</summary>
    Ports = 4,

    /// <summary>How the host's agent is.</summary>
    Node = 5,

    /// <summary>
    /// The packets of a port that is attached at the host, from the first question on until nobody asks any more; the text is a word for the
    /// capture, the number of the last packet that has come, and the port, with blanks between.
    /// </summary>
    Capture = 6,
}
