using System.Globalization;

namespace Fabric.Agent.Lab;

/// <summary>The namespace that a port is attached to: by its name, or that of a process.</summary>
/// <param name="Namespace">A name as `ip netns` shows it; null if a process is meant.</param>
/// <param name="Process">The process id.</param>
public readonly record struct AttachTarget(string? Namespace, int Process)
{
    /// <summary>A namespace of a name.</summary>
    public static AttachTarget Of(string name) => new(name, 0);

    /// <summary>The namespace of a process.</summary>
    public static AttachTarget Of(int process) => new(null, process);

    /// <inheritdoc/>
    public override string ToString() =>
        Namespace is { } name
            ? $"network namespace {name}"
            : string.Create(CultureInfo.InvariantCulture, $"network namespace of process {Process}");
}
