using Fabric.Agent.Host;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Bench.Datapath;

/// <summary>A network namespace for one run, with its loopback up; gone when disposed.</summary>
internal sealed class BenchNamespace : IDisposable
{
    private static int s_count;

    public BenchNamespace()
    {
        Name = $"{RunFolder.Prefix}{Environment.ProcessId:x}-{Interlocked.Increment(ref s_count)}";
        NetworkNamespace.Create(Name);
        Routes = RouteSocket.Open(Name);
        Routes.SetUp(Routes.ReadLink("lo"));
    }

    /// <summary>As ip netns shows it; holds this process's id, so that a later run knows what was left behind.</summary>
    public string Name { get; }

    /// <summary>Its links.</summary>
    public RouteSocket Routes { get; }

    /// <summary>Runs a function on a thread inside.</summary>
    public T Run<T>(Func<T> function) => NetworkNamespace.Run(Name, function);

    /// <summary>Frames that an interface has received so far, and when that was read.</summary>
    public (long Frames, long Timestamp) ReadReceived(string interfaceName) => Run(() => InterfaceCounters.ReadReceived(interfaceName));

    /// <inheritdoc/>
    public void Dispose()
    {
        Routes.Dispose();
        NetworkNamespace.Delete(Name);
    }
}
