using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>What can go wrong when an agent starts: FABRIC-4000 to 4099.</summary>
public static class AgentErrors
{
    /// <summary>The socket is another agent's.</summary>
    public static ErrorEntry SocketInUse { get; } =
        new(
            4001,
            "socket in use",
            "Another agent of this machine holds the lock of the socket.",
            "Stop that agent, or name another socket by --socket.",
            ExitCode.Conflict
        );

    /// <summary>Something that the agent needs is missing.</summary>
    public static ErrorEntry CannotStart { get; } =
        new(
            4002,
            "agent cannot start",
            "A folder, a privilege or a kernel feature that the agent needs is missing.",
            "Run it as root, or with CAP_NET_ADMIN and CAP_NET_RAW; choose folders that exist by --socket, --state and --journal."
        );

    /// <summary>The journal does not work.</summary>
    public static ErrorEntry NoJournal { get; } =
        new(
            4003,
            "journal cannot be used",
            "The journal cannot be opened, read or written (a missing folder, permissions, a wrong password, a server that does not answer, a full disk, damage, or tables of a newer version), and the agent has no copy of the network to start from.",
            "Do what the details say, or name another file or database by --journal; docs/hive.md has databases."
        );

    /// <summary>The folder of the state is another agent's.</summary>
    public static ErrorEntry StateInUse { get; } =
        new(
            4004,
            "state in use",
            "Another agent of this machine keeps its state in the same folder; by default that is an agent for a host of the same name.",
            "Stop that agent, or name another host by --host, or another folder by --state.",
            ExitCode.Conflict
        );

    /// <summary>The host is another agent's.</summary>
    public static ErrorEntry HostInUse { get; } =
        new(
            4005,
            "host in use",
            "Another agent, of this machine or another, runs as the host of this name: it has renewed its lease in the journal's database within the last 15 seconds.",
            "Stop that agent, or name another host by --host. If it was lost with its machine or its folder of --state, start this one again after 15 seconds. One that was merely killed is no obstacle to its successor with the same --state.",
            ExitCode.Conflict
        );

    /// <summary>The kind of hive is not in this program.</summary>
    public static ErrorEntry NoSuchHive { get; } =
        new(
            4006,
            "no such hive",
            "The program was built without that kind of hive, or there is none of that name. The hive `sql` is always there; `akka` is when the package feed had Akka.NET.",
            "Build with ./build.sh --akka=yes, which names what is missing (docs/akka.md), or leave the kind away.",
            ExitCode.Usage
        );
}
