namespace Fabric.Agent;

/// <summary>The datapaths that an agent can run.</summary>
public enum DatapathKind : byte
{
    /// <summary>In this process, by packet sockets: works on every Linux, as root.</summary>
    User,

    /// <summary>The Open vSwitch kernel module, driven by netlink: needs the module and CAP_NET_ADMIN.</summary>
    Kernel,

    /// <summary>None: the agent takes commands and answers questions, and forwards nothing.</summary>
    None,
}
