using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath;

/// <summary>Open vSwitch with its datapath in user space (datapath_type=netdev).</summary>
/// <remarks>
/// Two forms. Without segmentation offload its ports take no frame longer than the MTU and no unfinished checksum, so those offloads of
/// the guests are off: with them on, TCP stalls. With userspace-tso-enable the guests stay as they are.
/// </remarks>
internal sealed class OpenVSwitchContender(RunFolder folder, bool isSegmenting)
    : Contender(isSegmenting ? "OVS netdev, userspace TSO" : "OVS netdev, offloads off", folder)
{
    private const string Bridge = "br0";

    private readonly string _folder = folder.File(isSegmenting ? "ovs-tso" : "ovs-plain");
    private OpenVSwitchDaemons? _daemons;

    /// <inheritdoc/>
    protected override async Task ForwardAsync(CancellationToken stop)
    {
        _daemons = new OpenVSwitchDaemons(Site.Middle.Name, _folder);
        await _daemons.StartDatabaseAsync(stop);
        if (isSegmenting)
            _daemons.Configure("--no-wait", "set", "Open_vSwitch", ".", "other_config:userspace-tso-enable=true");
        else
            TurnOffloadsOff();
        _daemons.StartSwitch();
        string[] bridge = ["add-br", Bridge, "--", "set", "bridge", Bridge, "datapath_type=netdev"];
        string[] ports = ["--", "add-port", Bridge, Site.LeftPort, "--", "add-port", Bridge, Site.RightPort];
        _daemons.Configure([.. bridge, .. ports]);
    }

    /// <inheritdoc/>
    protected override ValueTask EndAsync()
    {
        _daemons?.Dispose();
        return default;
    }

    private void TurnOffloadsOff()
    {
        foreach (var guest in new[] { Site.Left, Site.Right })
        {
            guest.Run(() =>
            {
                ChecksumOffload.AllOff(Site.GuestPort);
                return 0;
            });
        }
    }
}
