using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>What can go wrong with captures: FABRIC-3700 to 3799.</summary>
public static class CaptureErrors
{
    /// <summary>The port is not at this host.</summary>
    public static ErrorEntry NotHere { get; } =
        new(
            3701,
            "port is not attached here",
            "Packets of a port are captured at the host where its interface is, and it is not attached at this one.",
            "Run the command at the port's host, which `fabric show ports` tells, and put files together by mergecap(1).",
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
}
