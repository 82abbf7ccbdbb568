using Fabric.Tests.Journal;

namespace Fabric.Tests.Cli;

[TestFixture]
public sealed class PostgresHeadlessAgentTest : HeadlessAgentTest
{
    private static PostgresServer Server => PostgresServer.Shared;

    private string Database => Place[(Place.LastIndexOf('/') + 1)..];

    private protected override string NewPlace() => Server.NewDatabase();

    private protected override void TakeAway()
    {
        Server.Execute($"ALTER DATABASE {Database} ALLOW_CONNECTIONS false");
        Server.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Database}'");
    }

    private protected override void BringBack() => Server.Execute($"ALTER DATABASE {Database} ALLOW_CONNECTIONS true");

    private protected override void SetSchemaNumber(int number) => Server.Execute($"UPDATE journal_schema SET number = {number}", Database);

    private protected override void AlterRow(long position) =>
        Server.Execute($"DROP TRIGGER entry_is_final ON entry; UPDATE entry SET author = 'eve' WHERE position = {position}", Database);
}
