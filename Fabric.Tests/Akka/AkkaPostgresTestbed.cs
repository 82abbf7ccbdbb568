using Fabric.Tests.Journal;

namespace Fabric.Tests.Akka;

/// <summary>A cluster whose journal is a database of its own on PostgreSQL.</summary>
internal sealed class AkkaPostgresTestbed(int processes) : AkkaTestbed(processes)
{
    public override string Place { get; } = PostgresServer.Shared.NewDatabase();

    private string Database => Place[(Place.LastIndexOf('/') + 1)..];

    public override Task BackupAsync()
    {
        PostgresServer.Shared.Execute("CREATE TABLE kept AS TABLE akka_journal", Database);
        return Task.CompletedTask;
    }

    public override Task RestoreAsync()
    {
        // One transaction, as a restore of the tables is.
        PostgresServer.Shared.Execute("DELETE FROM akka_journal; DELETE FROM snapshot; INSERT INTO akka_journal TABLE kept", Database);
        return Task.CompletedTask;
    }
}
