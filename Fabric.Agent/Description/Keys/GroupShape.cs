namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a port group.</summary>
internal static class GroupShape
{
    /// <summary>Shares connections.</summary>
    public static Key<ScalarForm<bool>> Stateful { get; } =
        new("stateful", Forms.Bool, "Its ports can see packets of the same connections, such as redundant uplinks.") { Default = "false" };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("group", "A group of ports.", Stateful);
}
