using Fabric.Agent;

namespace Fabric.Tests.Live;

/// <summary>Which datapath the live tests of a whole agent run on.</summary>
/// <remarks>FABRIC_DATAPATH says it, by a name of <see cref="DatapathKind"/> in any case; the one in user space by default.</remarks>
internal static class LiveDatapath
{
    public static DatapathKind Kind { get; } =
        Environment.GetEnvironmentVariable("FABRIC_DATAPATH") is { } name
            ? Enum.Parse<DatapathKind>(name, ignoreCase: true)
            : DatapathKind.User;
}
