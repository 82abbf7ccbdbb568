using Fabric.Agent.Host;

namespace Fabric.Tests.HostLayer;

public class LockHostTest
{
    [Test]
    public void ALockIsTakenWhenItIsFree()
    {
        var tries = 0;
        LockHost.Acquire(() => ++tries == 4 ? "held" : null, TimeSpan.FromMinutes(1)).ShouldBe("held");
        tries.ShouldBe(4);
    }

    [Test]
    public void WhoHasNoPatienceTriesOnce()
    {
        var tries = 0;
        LockHost.Acquire<string>(() => ++tries == 2 ? "held" : null, TimeSpan.Zero).ShouldBeNull();
        tries.ShouldBe(1);
    }
}
