using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Akka;

/// <summary>A cluster whose journal is a SQLite file, in a directory of its own.</summary>
internal sealed class AkkaSqliteTestbed(int processes) : AkkaTestbed(processes)
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fabric-akka-");

    public override string Place => Path.Combine(_directory.FullName, "journal.db");

    private string BackupPath => Place + ".backup";

    public override Task BackupAsync()
    {
        Copy(Place, BackupPath);
        return Task.CompletedTask;
    }

    public override Task RestoreAsync()
    {
        Copy(BackupPath, Place);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

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
