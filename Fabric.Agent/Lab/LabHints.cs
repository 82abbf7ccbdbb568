using Fabric.Addresses;

namespace Fabric.Agent.Lab;

/// <summary>What to try in a lab that is up.</summary>
internal static class LabHints
{
    /// <summary>Three command lines that work as they are.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="command">How the command itself is called, for a shell.</param>
    public static IEnumerable<string> Of(RunningLab lab, string command)
    {
        var (web, db) = (lab.Guest("web1"), lab.Guest("db1"));
        var named = lab.Name == LabName.Default ? "" : $" --name {lab.Name}";
        yield return $"{command} lab exec{named} {web.Port.Name} -- ping {db.AddressOf(IpFamily.V4)}";
        yield return $"{command} trace --socket {lab.Name.Socket} {WhyHost.Packet(web, db, IpFamily.V4, 23)}";
        yield return $"{command} lab down{named}";
    }

    /// <summary>The name if a shell finds it, else the path of the program that runs.</summary>
    /// <param name="searchPath">The value of PATH.</param>
    /// <param name="program">The path of the program that runs.</param>
    /// <param name="exists">Whether a file exists.</param>
    public static string CommandOf(string? searchPath, string? program, Func<string, bool> exists)
    {
        const string name = "fabric";
        var isFound = (searchPath ?? "").Split(':').Any(folder => folder.Length > 0 && exists($"{folder}/{name}"));
        return isFound || program is null ? name : program;
    }
}
