namespace Fabric.Bench.Datapath;

/// <summary>The kernel's own bridge.</summary>
internal sealed class LinuxBridgeContender(RunFolder folder) : Contender("Linux bridge", folder)
{
    /// <inheritdoc/>
    protected override Task ForwardAsync(CancellationToken stop)
    {
        var routes = Site.Middle.Routes;
        var bridge = routes.CreateBridge("br0");
        routes.SetMaster(routes.ReadLink(Site.LeftPort), bridge);
        routes.SetMaster(routes.ReadLink(Site.RightPort), bridge);
        routes.SetUp(bridge);
        return Task.CompletedTask;
    }
}
