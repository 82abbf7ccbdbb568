using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Live;

/// <summary>Tests against the kernel of this machine, in network namespaces of their own.</summary>
/// <remarks>Skipped aloud where namespaces cannot be made.</remarks>
[Category("Live")]
[NonParallelizable]
public abstract class LiveTest
{
    /// <summary>How long anything may take that the kernel does at once; only a failure takes that long.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [OneTimeSetUp]
    public void SkipWithoutNamespaces()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("not root: live tests make network namespaces (CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_NET_RAW)");
        }
        try
        {
            using var probe = new TestNamespace();
        }
        catch (LinuxException refusal)
        {
            Assert.Ignore($"no network namespaces here: {refusal.Message}");
        }
    }

    /// <summary>Waits for something that another thread or the kernel brings about.</summary>
    internal static void Eventually(Func<bool> condition, string what) =>
        SpinWait.SpinUntil(condition, Patience).ShouldBeTrue($"{what} did not come about within {Patience.TotalSeconds} s");
}
