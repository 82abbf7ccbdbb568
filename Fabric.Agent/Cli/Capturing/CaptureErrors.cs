using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>What can go wrong with captures: FABRIC-3700 to 3799.</summary>
public static class CaptureErrors
{
    /// <summary>The port is not at this host.</summary>
    public static ErrorEntry NotHere { get; } =
        new(
            3701,
            "port is attached nowhere",
            "Packets of a port are captured at the host where its interface is, and the port is bound to none, or its interface is not attached there.",
            "Bind the port to a host, or attach its interface; `fabric show ports` tells where it should be, `fabric status` what is wrong at this host.",
            ExitCode.NotFound
        );

    /// <summary>The interface cannot be listened at.</summary>
    public static ErrorEntry CannotListen { get; } =
        new(
            3702,
            "interface cannot be listened at",
            "The interface of the port is gone, or this user may not receive its frames.",
            "Run the command as root, or with CAP_NET_RAW and CAP_SYS_ADMIN, and see `fabric status` for problems of the port."
        );

    /// <summary>The file cannot be written.</summary>
    public static ErrorEntry CannotWrite { get; } =
        new(
            3703,
            "capture cannot be written",
            "The file cannot be made, or its disk is full.",
            "Name another file, or - for standard output."
        );

    /// <summary>Another host does not tell of its packets.</summary>
    public static ErrorEntry HostSilent { get; } =
        new(
            3704,
            "host does not tell of packets",
            "The port is at another host, whose agent does not answer, cannot be reached, or is older than this question.",
            "See `fabric nodes` for that agent, or run the command at that host and put the files together by mergecap(1).",
            ExitCode.Unreachable
        );
}
