namespace Fabric.Agent.Datapaths.User;

/// <summary>What is known of the interface under a packet socket.</summary>
public enum InterfaceState
{
    /// <summary>It carries frames.</summary>
    Up,

    /// <summary>It is there but switched off; frames sent are dropped. It comes back by itself.</summary>
    Down,

    /// <summary>It was deleted or moved to another namespace. The socket is of no more use.</summary>
    Gone,
}
