namespace Fabric.Changes;

/// <summary>What would happen to a device.</summary>
public enum ChangeKind : byte
{
    /// <summary>It would come into being.</summary>
    Create,

    /// <summary>It would look different.</summary>
    Update,

    /// <summary>It would be no more.</summary>
    Delete,
}
