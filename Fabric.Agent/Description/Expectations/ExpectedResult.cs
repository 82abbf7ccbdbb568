namespace Fabric.Agent.Description.Expectations;

/// <summary>How a packet should end.</summary>
public enum ExpectedResult
{
    /// <summary>It arrives.</summary>
    Delivered,

    /// <summary>It does not arrive.</summary>
    Dropped,

    /// <summary>It does not arrive, and the source is told.</summary>
    Rejected,
}
