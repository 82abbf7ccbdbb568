namespace Fabric.Connections;

/// <summary>What came of the wish to remember a connection.</summary>
public enum ConnectionOutcome : byte
{
    /// <summary>It is remembered from now on.</summary>
    Opened,

    /// <summary>It was known already.</summary>
    Known,

    /// <summary>There is no room, and no connection that could give way: all are established.</summary>
    Refused,
}
