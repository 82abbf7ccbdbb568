using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>Tests against the openvswitch module itself, in a guest kernel: docs/testing-kernel.md.</summary>
/// <remarks>Skipped aloud on the kernel of this machine, which the tests leave alone.</remarks>
[Category("Kernel")]
[NonParallelizable]
public abstract class KernelTest
{
    /// <summary>How long anything may take that the kernel does at once; only a failure takes that long.</summary>
    internal static readonly TimeSpan Patience = LiveTest.Patience;

    [OneTimeSetUp]
    public void SkipOutsideOfTheGuest()
    {
        if (Environment.GetEnvironmentVariable("FABRIC_GUEST") is null)
            Assert.Ignore(Environment.GetEnvironmentVariable("FABRIC_NO_GUEST") ?? "runs in a guest kernel only: ./build.sh test");
    }

    /// <summary>Waits for something that another thread or the kernel brings about.</summary>
    internal static void Eventually(Func<bool> condition, string what) => LiveTest.Eventually(condition, what);
}
