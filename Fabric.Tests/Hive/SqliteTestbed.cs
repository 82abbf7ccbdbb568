using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Hive;

/// <summary>Hives on one SQLite file, in a directory of their own.</summary>
internal sealed class SqliteTestbed : HiveTestbed
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fabric-hive-");

    public string Path => System.IO.Path.Combine(_directory.FullName, "journal.db");

    /// <summary>The most pages that hives opened from now on let the file have.</summary>
    public int MaxPages { get; set; }

    private string BackupPath => Path + ".backup";

    public override Task BackupAsync()
    {
        Copy(Path, BackupPath);
        return Task.CompletedTask;
    }

    public override Task RestoreAsync()
    {
        Copy(BackupPath, Path);
        return Task.CompletedTask;
    }

    /// <summary>Puts the copy in place by another file of the same name.</summary>
    public void RestoreByMoving()
    {
        File.Delete(Path + "-wal");
        File.Delete(Path + "-shm");
        File.Move(BackupPath, Path, overwrite: true);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    protected override Task<IHive> BeginAsync(HiveOptions options) =>
        SqlHive.OpenAsync(new SqlJournal(new SqlJournalOptions(Path) { MaxPages = MaxPages }), options);

    private static void Copy(string from, string to)
    {
        using var source = Open(from);
        using var target = Open(to);
        source.BackupDatabase(target);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
