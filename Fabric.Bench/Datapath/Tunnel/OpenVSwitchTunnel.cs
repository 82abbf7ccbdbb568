using System.Diagnostics;
using System.Globalization;

namespace Fabric.Bench.Datapath.Tunnel;

/// <summary>Open vSwitch at both hosts, with its datapath in user space (datapath_type=netdev) and a vxlan port between them.</summary>
/// <remarks>
/// Its own tunnels leave by a bridge of the same kind that has the cable and the host's address. Two forms: with the offloads of guests and cable
/// off, and with everything as it is by default.
/// </remarks>
internal sealed class OpenVSwitchTunnel(RunFolder folder, bool areOffloadsOff)
    : TunnelContender(areOffloadsOff ? OffloadsOff : "OVS netdev, defaults", folder)
{
    /// <summary>The name of the form that TCP gets through.</summary>
    public const string OffloadsOff = "OVS netdev, offloads off";

    private const string Bridge = "br0";
    private const string UnderlayBridge = "br-under";

    private readonly RunFolder _folder = folder;
    private readonly List<OpenVSwitchDaemons> _daemons = [];

    /// <inheritdoc/>
    public override TimeSpan ReadProcessorTime() =>
        _daemons.Aggregate(
            TimeSpan.Zero,
            (sum, daemons) =>
            {
                using var process = Process.GetProcessById(daemons.SwitchId);
                return sum + process.TotalProcessorTime;
            }
        );

    /// <inheritdoc/>
    protected override async Task ForwardAsync(CancellationToken stop)
    {
        if (areOffloadsOff)
            Site.TurnOffloadsOff();
        for (var host = 0; host < Site.Hosts.Count; host++)
        {
            var folder = _folder.File($"ovs-tunnel-{(areOffloadsOff ? "off" : "default")}-{host}");
            var daemons = new OpenVSwitchDaemons(Site.Hosts[host].Name, folder);
            _daemons.Add(daemons);
            await daemons.StartDatabaseAsync(stop);
            daemons.StartSwitch();
            Configure(daemons, host);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask EndAsync()
    {
        _daemons.ForEach(daemons => daemons.Dispose());
        return default;
    }

    private static void Configure(OpenVSwitchDaemons daemons, int host)
    {
        var (local, remote) = (TunnelSite.UnderlayOf(host), TunnelSite.UnderlayOf(1 - host));
        daemons.Configure([
            .. (string[])["add-br", UnderlayBridge, "--", "set", "bridge", UnderlayBridge, "datapath_type=netdev"],
            .. (string[])["--", "add-port", UnderlayBridge, TunnelSite.Cable],
        ]);
        var prefixBits = TunnelSite.UnderlayPrefixBits.ToString(CultureInfo.InvariantCulture);
        daemons.Run("ip", "address", "add", $"{local}/{prefixBits}", "dev", UnderlayBridge);
        daemons.Run("ip", "link", "set", UnderlayBridge, "up");
        daemons.Configure([
            .. (string[])["add-br", Bridge, "--", "set", "bridge", Bridge, "datapath_type=netdev"],
            .. (string[])["--", "add-port", Bridge, TunnelSite.HostPort, "--", "add-port", Bridge, "vx0"],
            .. (string[])["--", "set", "interface", "vx0", "type=vxlan", "options:key=7"],
            .. (string[])[$"options:remote_ip={remote}", $"options:local_ip={local}"],
        ]);
    }
}
