using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Hive;

/// <summary>Hives on a database of their own.</summary>
internal sealed class PostgresTestbed(string kind = HiveFactories.Default) : HiveTestbed
{
    public static PostgresServer Server => PostgresServer.Shared;

    public string Address { get; } = Server.NewDatabase();

    /// <summary>The database's name.</summary>
    public string Database => Address[(Address.LastIndexOf('/') + 1)..];

    public override Task BackupAsync()
    {
        Server.Execute("CREATE TABLE kept AS TABLE entry; CREATE TABLE kept_head AS TABLE head", Database);
        return Task.CompletedTask;
    }

    public override Task RestoreAsync()
    {
        // One transaction, as a restore of the tables is; the head first, so that no writer is in the middle of something.
        Server.Execute(
            "UPDATE head SET (position, hash) = (SELECT position, hash FROM kept_head);"
                + "DELETE FROM entry; DELETE FROM snapshot; INSERT INTO entry TABLE kept",
            Database
        );
        return Task.CompletedTask;
    }

    protected override Task<IHive> BeginAsync(HiveOptions options) => HiveKinds.OpenAsync(kind, Address, options);
}
