namespace Fabric.Agent.Lab;

/// <summary>The sorts of things that a lab makes outside its folder.</summary>
public enum LedgerEntryKind : byte
{
    /// <summary>A network namespace.</summary>
    Namespace,

    /// <summary>A network interface of the host; its other end goes with it.</summary>
    Interface,

    /// <summary>A datapath of the kernel.</summary>
    Datapath,

    /// <summary>The agent.</summary>
    Process,
}
