namespace Fabric.Bindings;

/// <summary>What moves the state of a way between hosts.</summary>
public enum BfdInput : byte
{
    /// <summary>A packet says that its sender is down.</summary>
    HeardDown,

    /// <summary>A packet says that its sender hears the other, and does not know whether it is heard.</summary>
    HeardInit,

    /// <summary>A packet says that its sender is up.</summary>
    HeardUp,

    /// <summary>The detection time went by without a packet.</summary>
    Silence,
}
