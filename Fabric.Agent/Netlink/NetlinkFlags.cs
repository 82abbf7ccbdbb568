namespace Fabric.Agent.Netlink;

/// <summary>The flags of a message header. Bits 8 and up mean different things in a get, a new, and an error.</summary>
[Flags]
public enum NetlinkFlags : ushort
{
    None = 0,

    /// <summary>A request to the kernel.</summary>
    Request = 0x1,

    /// <summary>One part of several; a Done message ends them.</summary>
    Multi = 0x2,

    /// <summary>The kernel shall answer with an acknowledgement even if all went well.</summary>
    Acknowledge = 0x4,

    /// <summary>The kernel shall send back what it made.</summary>
    Echo = 0x8,

    /// <summary>The table changed during this dump: parts may be missing or doubled.</summary>
    DumpInterrupted = 0x10,

    /// <summary>In a get: all entries, not one.</summary>
    Dump = 0x300,

    /// <summary>In a new: replace what exists.</summary>
    Replace = 0x100,

    /// <summary>In a new: refuse if it exists.</summary>
    Exclusive = 0x200,

    /// <summary>In a new: make it if it does not exist.</summary>
    Create = 0x400,

    /// <summary>In an error: the request is quoted by its header only.</summary>
    Capped = 0x100,

    /// <summary>In an error or a done: attributes with the kernel's explanation follow.</summary>
    Explained = 0x200,
}
