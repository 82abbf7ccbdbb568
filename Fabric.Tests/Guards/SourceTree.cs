namespace Fabric.Tests.Guards;

/// <summary>The files of the repository, for guards that read them.</summary>
internal static class SourceTree
{
    private static readonly string[] s_foreign = ["artifacts", ".git", "tools", "bin", "obj", ".vs", ".idea"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root => Repository.Root;

    /// <summary>Every C# file.</summary>
    public static IReadOnlyList<SourceFile> Code { get; } = Files("*.cs");

    /// <summary>The C# files of the projects that ship, without tests and benchmarks.</summary>
    public static IEnumerable<SourceFile> Shipped =>
        Code.Where(file =>
            !file.Path.StartsWith("Fabric.Tests/", StringComparison.Ordinal)
            && !file.Path.StartsWith("Fabric.Bench/", StringComparison.Ordinal)
        );

    /// <summary>Files of the whole repository by the end of their names.</summary>
    public static IReadOnlyList<SourceFile> Files(params string[] patterns) =>
        [
            .. patterns
                .SelectMany(Enumerate)
                .Select(path => new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllText(path)))
                .OrderBy(file => file.Path, StringComparer.Ordinal),
        ];

    /// <summary>One file by its path from the root.</summary>
    public static SourceFile Find(string path)
    {
        var full = Path.Combine(Root, path);
        File.Exists(full).ShouldBeTrue($"{path} is missing");
        return new SourceFile(path, File.ReadAllText(full));
    }

    private static IEnumerable<string> Enumerate(string pattern) =>
        Directory
            .EnumerateFiles(Root, pattern)
            .Concat(
                Directory
                    .EnumerateDirectories(Root)
                    .Where(folder => !s_foreign.Contains(Path.GetFileName(folder)))
                    .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
            )
            .Where(path => !Path.GetRelativePath(Root, path).Split('/').Intersect(s_foreign).Any());
}
