namespace Fabric.Tests;

/// <summary>Gives the tests threads enough on the one processor of a guest kernel.</summary>
/// <remarks>
/// The pool starts with one thread a processor and adds one every half a second at best, so that a test which waits for two pipes of a process
/// waits for the pool.
/// </remarks>
[SetUpFixture]
public class ThreadPoolSetUp
{
    private const int MinThreads = 16;

    [OneTimeSetUp]
    public void RaiseTheMinimumInTheGuestKernel()
    {
        if (Environment.GetEnvironmentVariable("FABRIC_GUEST") is not null)
            ThreadPool.SetMinThreads(MinThreads, MinThreads).ShouldBeTrue();
    }
}
