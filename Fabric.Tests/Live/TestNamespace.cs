using Fabric.Agent.Host;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>A network namespace for one test, with its loopback up; gone when disposed, interfaces and all.</summary>
public sealed class TestNamespace : IDisposable
{
    private static int s_count;

    public TestNamespace()
    {
        Name = $"fabtest-{Environment.ProcessId:x}-{Interlocked.Increment(ref s_count)}";
        NetworkNamespace.Create(Name);
        Routes = RouteSocket.Open(Name);
        Routes.SetUp(Routes.ReadLink("lo"));
    }

    public string Name { get; }

    public RouteSocket Routes { get; }

    public T Run<T>(Func<T> function) => NetworkNamespace.Run(Name, function);

    public void Dispose()
    {
        Routes.Dispose();
        NetworkNamespace.Delete(Name);
    }
}
