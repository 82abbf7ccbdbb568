using Fabric.Tests.Hive;

namespace Fabric.Tests.Akka;

[TestFixture]
public sealed class AkkaSqliteHiveTest : HiveConformance
{
    private protected override HiveTestbed NewTestbed() => new AkkaTestbed();
}
