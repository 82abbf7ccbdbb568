using Fabric.Agent;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>What the other live tests say of a datapath is said of the one that was asked for.</summary>
public class DatapathLiveTest : LiveTest
{
    [Test]
    public async Task TheKernelHasADatapathWhileANetworkRunsOnItAndThenNoMore()
    {
        string name;
        using var routes = RouteSocket.Open();
        await using (var network = await LiveNetwork.StartAsync("fabric: v1\nhosts: { here: {} }"))
        {
            name = network.DatapathName;
            (routes.FindLink(name)?.Kind == "openvswitch").ShouldBe(LiveDatapath.Kind == DatapathKind.Kernel);
        }
        routes.FindLink(name).ShouldBeNull();
    }
}
