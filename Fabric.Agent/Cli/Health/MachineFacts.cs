using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Health;

/// <summary>What is known of this machine and its agent; null for what could not be found out.</summary>
internal sealed record MachineFacts
{
    /// <summary>The kernel's version, major and minor.</summary>
    public Version? Kernel { get; init; }

    /// <summary>The capabilities that this process has in effect, a bit each (capabilities(7)).</summary>
    public ulong? Capabilities { get; init; }

    /// <summary>The openvswitch module is loaded.</summary>
    public bool HasOpenVSwitch { get; init; }

    /// <summary>Tap interfaces can be made.</summary>
    public bool HasTun { get; init; }

    /// <summary>The program `ip` is there.</summary>
    public bool HasIpCommand { get; init; }

    /// <summary>Free bytes where the agent keeps its state.</summary>
    public long? FreeDiskBytes { get; init; }

    /// <summary>Bytes of memory that can be had.</summary>
    public long? FreeMemoryBytes { get; init; }

    /// <summary>Files that a process may have open.</summary>
    public long? OpenFileLimit { get; init; }

    /// <summary>The largest receive buffer that a socket may ask for.</summary>
    public long? ReceiveBufferLimitBytes { get; init; }

    /// <summary>The clock is kept right by another, as the kernel knows.</summary>
    public bool? IsClockKept { get; init; }

    /// <summary>Processors.</summary>
    public int Processors { get; init; }

    /// <summary>The version of the command.</summary>
    public string Version { get; init; } = "";

    /// <summary>Why the agent did not answer; null if it did.</summary>
    public string? AgentFailure { get; init; }

    /// <summary>What the agent tells of itself; null if it did not answer.</summary>
    public JsonObject? Status { get; init; }
}
