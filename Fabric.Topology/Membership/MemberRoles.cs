namespace Fabric.Topology.Membership;

/// <summary>The duties that a node takes a share of.</summary>
[Flags]
public enum MemberRoles : byte
{
    /// <summary>None: it only follows.</summary>
    None = 0,

    /// <summary>Exterior ports of the virtual network.</summary>
    Edge = 1,

    /// <summary>Uplinks to other networks.</summary>
    Gateway = 2,

    /// <summary>Health checks and refreshes.</summary>
    Monitor = 4,

    /// <summary>Commands and questions from people and programs.</summary>
    Api = 8,

    /// <summary>All of them.</summary>
    All = Edge | Gateway | Monitor | Api,
}
