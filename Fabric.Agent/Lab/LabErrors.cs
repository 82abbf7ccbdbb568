using Fabric.Agent.Errors;

namespace Fabric.Agent.Lab;

/// <summary>What can go wrong with labs and cables: FABRIC-4100 to 4299.</summary>
public static class LabErrors
{
    /// <summary>A name that no lab may have.</summary>
    public static ErrorEntry BadName { get; } =
        new(
            4101,
            "no name for a lab",
            "A lab's name begins the names of its interfaces, which have little room.",
            "Take 1 to 6 characters of a-z and 0-9, beginning with a letter.",
            ExitCode.Usage
        );

    /// <summary>There is one.</summary>
    public static ErrorEntry Exists { get; } =
        new(
            4102,
            "the lab exists",
            "A lab of that name runs, or was killed and left something behind.",
            "Take it down by `sudo fabric lab down`, or name another by --name.",
            ExitCode.Conflict
        );

    /// <summary>Another command is at it.</summary>
    public static ErrorEntry Busy { get; } =
        new(
            4103,
            "the lab is being worked on",
            "Another `fabric lab` command works on the lab of that name.",
            "Wait for it to end, or name another lab by --name.",
            ExitCode.Conflict
        );

    /// <summary>Somebody else has a name that is needed.</summary>
    public static ErrorEntry NameTaken { get; } =
        new(
            4104,
            "name taken by somebody else",
            "A network namespace or interface of a name that the lab needs exists, and no lab made it.",
            "Name another lab by --name, or delete what has the name.",
            ExitCode.Conflict
        );

    /// <summary>The lab's agent did not come up.</summary>
    public static ErrorEntry AgentFailed { get; } =
        new(
            4105,
            "the lab's agent did not start",
            "The lab starts an agent of its own, which ended or did not answer in time.",
            "Read what the agent said, above; `fabric agent` in the foreground says more.",
            ExitCode.Failed
        );

    /// <summary>It is up and nothing goes through.</summary>
    public static ErrorEntry NoPing { get; } =
        new(
            4106,
            "the lab does not forward",
            "The lab came up, but no packet went through it.",
            "See `fabric status --socket /run/fabric/lab/agent.sock` and the agent's log beside the socket.",
            ExitCode.TimedOut
        );

    /// <summary>The privilege is missing.</summary>
    public static ErrorEntry NotPermitted { get; } =
        new(
            4201,
            "not permitted",
            "Namespaces and interfaces are made with CAP_SYS_ADMIN and CAP_NET_ADMIN, packets are sent with CAP_NET_RAW.",
            "Run the command by sudo."
        );

    /// <summary>The kernel refused.</summary>
    public static ErrorEntry Refused { get; } =
        new(4202, "refused by the kernel", "The kernel did not do what was asked of it.", "See what it says; nothing was left half done.");

    /// <summary>No such namespace.</summary>
    public static ErrorEntry NoNamespace { get; } =
        new(
            4203,
            "no such network namespace",
            "There is no network namespace of that name, or no process of that number.",
            "`ip netns list` shows the names; `sudo ip netns add NAME` makes one.",
            ExitCode.NotFound
        );

    /// <summary>The port has a binding.</summary>
    public static ErrorEntry Bound { get; } =
        new(
            4204,
            "the port is bound",
            "The port is bound to an interface already, here or on another host.",
            "Detach it first by `sudo fabric attach --detach --port PORT`, or take another port.",
            ExitCode.Conflict
        );

    /// <summary>The interface is there.</summary>
    public static ErrorEntry InterfaceTaken { get; } =
        new(
            4205,
            "the interface exists",
            "An interface of that name exists in the namespace, or on the host.",
            "Name another by --ifname, or delete the one that is there.",
            ExitCode.Conflict
        );

    /// <summary>Detaching what was not attached.</summary>
    public static ErrorEntry NotBound { get; } =
        new(
            4206,
            "the port is not bound here",
            "Only a port that is bound to an interface of this host can be detached here.",
            "`fabric show ports` lists where ports are bound.",
            ExitCode.Conflict
        );

    /// <summary>Says a refusal of the operating system in words of the command line.</summary>
    public static FabricException Of(Host.Interop.LinuxException failure) =>
        failure.Errno is Host.Interop.Errno.NotPermitted or Host.Interop.Errno.AccessDenied
            ? new(NotPermitted, $"cannot {failure.Operation}", "the privilege is missing")
            : new(Refused, $"cannot {failure.Operation}", failure.Message);
}
