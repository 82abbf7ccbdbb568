using Fabric.Agent.Upcalls;

namespace Fabric.Tests.Upcalls;

[TestFixture]
public sealed class WarmupRunnerTest
{
    [Test]
    public void It_runs_to_the_end() => Should.NotThrow(WarmupRunner.Run);
}
