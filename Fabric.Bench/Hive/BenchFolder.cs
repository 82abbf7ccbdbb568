namespace Fabric.Bench.Hive;

/// <summary>A folder for one journal, deleted in the end.</summary>
/// <param name="parent">Where; on the disk if not given.</param>
internal sealed class BenchFolder(string? parent = null) : IDisposable
{
    /// <summary>A folder of the machine's memory, where there is no disk to wait for.</summary>
    public const string InMemory = "/dev/shm";

    private readonly DirectoryInfo _folder = parent is null
        ? Directory.CreateTempSubdirectory("fabbench-hive-")
        : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"fabbench-hive-{Guid.NewGuid():n}"));

    /// <summary>The folder.</summary>
    public string Path => _folder.FullName;

    /// <summary>The file of the journal.</summary>
    public string Journal => System.IO.Path.Combine(Path, "journal.db");

    public void Dispose() => _folder.Delete(recursive: true);
}
