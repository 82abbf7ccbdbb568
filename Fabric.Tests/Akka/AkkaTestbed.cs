using Fabric.Akka;
using Fabric.Tests.Hive;
using Fabric.Topology.Hive;
using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Akka;

/// <summary>Hives that are nodes of one cluster over loopback, on one SQLite file.</summary>
internal sealed class AkkaTestbed : HiveTestbed
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fabric-akka-");

    public string Path => System.IO.Path.Combine(_directory.FullName, "journal.db");

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

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    protected override Task<IHive> BeginAsync(HiveOptions options) => new AkkaHiveFactory().OpenAsync(Path, options);

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
