namespace Fabric.Bench.Hive;

/// <summary>What is measured of the hive, in this order.</summary>
[Flags]
internal enum HivePart
{
    None = 0,

    /// <summary>The bytes that a port takes in a replica, index by index, and the start of a node with 100 000 ports.</summary>
    Replica = 1 << 0,

    /// <summary>From a command to its being in force, in a network of 25 000 and of 100 000 ports.</summary>
    Change = 1 << 1,

    /// <summary>Commands a second that a database takes, and what its listeners cost it.</summary>
    Database = 1 << 2,

    /// <summary>From a command to its being in force at ten agents.</summary>
    Agents = 1 << 3,

    /// <summary>An agent with all roles beside one that is edge only.</summary>
    Roles = 1 << 4,

    /// <summary>Very many nodes behind a relay tree.</summary>
    Relay = 1 << 5,

    /// <summary>The hive on Akka.NET beside the one on the database alone, where it is built.</summary>
    Kinds = 1 << 6,

    All = Replica | Change | Database | Agents | Roles | Relay | Kinds,
}
