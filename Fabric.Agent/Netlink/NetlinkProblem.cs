namespace Fabric.Agent.Netlink;

/// <summary>Why received bytes are not netlink as it should be.</summary>
public enum NetlinkProblem
{
    None,

    /// <summary>Fewer bytes are left than a message header has.</summary>
    MessageHeaderCut,

    /// <summary>A message says that it is shorter than its own header.</summary>
    MessageLengthTooSmall,

    /// <summary>A message says that it is longer than the datagram.</summary>
    MessageCut,

    /// <summary>The payload is shorter than the family's fixed header.</summary>
    FixedHeaderCut,

    /// <summary>Fewer bytes are left than an attribute header has.</summary>
    AttributeHeaderCut,

    /// <summary>An attribute says that it is shorter than its own header.</summary>
    AttributeLengthTooSmall,

    /// <summary>An attribute says that it is longer than what is left.</summary>
    AttributeCut,

    /// <summary>An attribute's value is shorter than its type needs.</summary>
    ValueTooShort,

    /// <summary>An attribute that the answer must carry is not there.</summary>
    AttributeMissing,
}
