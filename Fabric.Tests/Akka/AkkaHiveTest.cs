using Fabric.Tests.Hive;

namespace Fabric.Tests.Akka;

/// <summary>What every hive must do, on Akka.NET.</summary>
[TestFixture]
public sealed class AkkaHiveTest : HiveConformance
{
    private protected override HiveTestbed NewTestbed() => new AkkaSqliteTestbed(processes: 1);
}
