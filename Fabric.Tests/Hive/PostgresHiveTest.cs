namespace Fabric.Tests.Hive;

[TestFixture]
public sealed class PostgresHiveTest : HiveConformance
{
    private protected override HiveTestbed NewTestbed() => new PostgresTestbed();
}
