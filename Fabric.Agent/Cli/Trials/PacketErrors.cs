using System.Globalization;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli.Trials;

/// <summary>What can be wrong with a packet in the notation: FABRIC-5000 to 5999.</summary>
public static class PacketErrors
{
    /// <summary>The text is no packet.</summary>
    public static ErrorEntry Notation { get; } =
        new(
            5001,
            "not a packet",
            "The line is not a packet in the notation of ofproto/trace, or its payload is not hexadecimal.",
            "Correct it at the column that is named; docs/simulate.md lists the fields."
        );

    /// <summary>No in_port.</summary>
    public static ErrorEntry NoPort { get; } =
        new(5002, "packet without a port", "The line does not say by which port the packet comes in.", "Add in_port=TENANT/PORT.");

    /// <summary>in_port names nothing.</summary>
    public static ErrorEntry UnknownPort { get; } =
        new(
            5003,
            "packet at an unknown port",
            "in_port names no port, or a name that several tenants have.",
            "Write the name of an exterior port as TENANT/PORT; `fabric show ports` lists them."
        );

    /// <summary>at goes back in time.</summary>
    public static ErrorEntry TooEarly { get; } =
        new(
            5005,
            "packet before the one before it",
            "at says when a packet comes in, since the first one, and no packet comes in before the one of the line above.",
            "Put the lines in the order of time, or leave at out for a packet that comes in together with the one above."
        );

    /// <summary>The text is no recorded trace.</summary>
    public static ErrorEntry NoRecord { get; } =
        new(
            5006,
            "not a recorded trace",
            "The text begins as a recorded trace does, and cannot be read as one.",
            "Hand over what `fabric trace -o json` wrote, whole and unchanged."
        );

    /// <summary>The problem of a text that is no recorded trace.</summary>
    public static Problem IsNoRecord(FormatException wrong) => new(NoRecord, $"this is no recorded trace: {wrong.Message}");

    /// <summary>The problem of a packet that would come in before the one of the line above.</summary>
    public static Problem IsTooEarly(SourcePosition at, TimeSpan now) =>
        new(
            TooEarly,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the packet before came in at {now.TotalSeconds:0.###}s, so this one cannot come before"
            )
        )
        {
            At = at,
        };

    /// <summary>in_port names an interior port.</summary>
    public static ErrorEntry InteriorPort { get; } =
        new(
            5004,
            "packet at an interior port",
            "in_port names a port that is linked to another: packets enter the network by exterior ports only.",
            "Name the exterior port that the packet would come in by."
        );
}
