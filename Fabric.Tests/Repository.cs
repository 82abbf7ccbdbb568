namespace Fabric.Tests;

/// <summary>Files of the repository that tests hold against the code.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the repository.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Holds a file against what it should be; with FABRIC_UPDATE_DOCS=1 writes it instead.</summary>
    public static void ShouldHold(string path, string expected)
    {
        if (Environment.GetEnvironmentVariable("FABRIC_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            System.IO.File.WriteAllText(path, expected);
        }
        var text = System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : "";
        text.ShouldBe(expected, $"{Path.GetRelativePath(Root, path)} is out of date: run the test with FABRIC_UPDATE_DOCS=1");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "fabric.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("the tests do not run within the repository");
    }
}
