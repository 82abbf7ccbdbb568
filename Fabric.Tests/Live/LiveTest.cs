using System.Diagnostics;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Live;

/// <summary>Tests against the kernel of this machine, in network namespaces of their own.</summary>
/// <remarks>Skipped aloud where namespaces cannot be made.</remarks>
[Category("Live")]
[NonParallelizable]
public abstract class LiveTest
{
    /// <summary>How long anything may take that comes about by itself, on the busiest machine; only a failure takes that long.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // What the kernel does at once is there by then.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(5);

    // Asking may cost those who are waited for more than what they are waited for.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

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

    /// <summary>Waits for something that another thread, another process or the kernel brings about.</summary>
    internal static void Eventually(Func<bool> condition, string what) => Eventually(condition, () => what);

    /// <summary>The same, where what is waited for is told by what was seen.</summary>
    internal static void Eventually(Func<bool> condition, Func<string> what)
    {
        if (SpinWait.SpinUntil(condition, s_atOnce))
            return;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; Thread.Sleep(s_pause))
        {
            if (condition())
                return;
        }
        Assert.Fail($"{what()} did not come about within {Patience.TotalSeconds} s");
    }
}
