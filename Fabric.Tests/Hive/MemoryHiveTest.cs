namespace Fabric.Tests.Hive;

[TestFixture]
public sealed class MemoryHiveTest : HiveConformance
{
    private protected override HiveTestbed NewTestbed() => new MemoryTestbed();
}
