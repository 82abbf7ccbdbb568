namespace Fabric.Agent.Lab;

/// <summary>What to try in a lab that is up.</summary>
internal static class LabHints
{
    /// <summary>Three command lines that work as they are.</summary>
    public static IEnumerable<string> Of(RunningLab lab)
    {
        var (web, db) = (lab.Guest("web1"), lab.Guest("db1"));
        yield return $"ip netns exec {web.HostInterface} ping {db.Addresses[0].Address}";
        yield return $"fabric flows --socket {lab.Name.Socket}";
        yield return lab.Name == LabName.Default ? "fabric lab down" : $"fabric lab down --name {lab.Name}";
    }
}
