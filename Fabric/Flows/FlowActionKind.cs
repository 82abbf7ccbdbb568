namespace Fabric.Flows;

/// <summary>The instructions that a datapath knows.</summary>
public enum FlowActionKind : byte
{
    /// <summary>Send a copy out of a port.</summary>
    Output,

    /// <summary>Set bits of a header field.</summary>
    SetField,

    /// <summary>Add an outer VLAN tag.</summary>
    PushVlan,

    /// <summary>Remove the outer VLAN tag.</summary>
    PopVlan,

    /// <summary>Set the encapsulation of the next tunnel output.</summary>
    SetTunnel,

    /// <summary>Hand a copy to user space.</summary>
    Userspace,
}
