using System.Globalization;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>The kernel's number of a link, unique within its network namespace while the link lives there.</summary>
/// <param name="Value">From 1; 0 means none.</param>
public readonly record struct LinkIndex(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
