using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.HostLayer;

public class LockFileTest
{
    [Test]
    public void A_lock_has_one_holder_at_a_time()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (LockFile.TryAcquire(path).ShouldNotBeNull())
            {
                LockFile.TryAcquire(path).ShouldBeNull();
            }
            using var again = LockFile.TryAcquire(path).ShouldNotBeNull();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void A_lock_that_cannot_be_made_is_an_exception() =>
        Should.Throw<LinuxException>(() => LockFile.TryAcquire("/nonexistent/lock")).Errno.ShouldBe(Errno.NoEntry);
}
