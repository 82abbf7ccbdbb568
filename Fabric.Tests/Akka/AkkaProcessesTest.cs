using Fabric.Tests.Hive;

namespace Fabric.Tests.Akka;

/// <summary>The same on every database, and with nodes in other processes, which were there first: so the writer and most devices' actors are theirs.</summary>
[TestFixture(false, 2)]
[TestFixture(false, 3)]
[TestFixture(true, 1)]
[TestFixture(true, 2)]
[TestFixture(true, 3)]
[Category("Akka")]
[CancelAfter(180_000)]
public sealed class AkkaProcessesTest(bool isPostgres, int processes) : HiveConformance
{
    private protected override HiveTestbed NewTestbed() =>
        isPostgres ? new AkkaPostgresTestbed(processes) : new AkkaSqliteTestbed(processes);
}
