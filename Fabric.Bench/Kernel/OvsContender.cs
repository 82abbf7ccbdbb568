using System.Globalization;
using Fabric.Bench.Datapath;

namespace Fabric.Bench.Kernel;

/// <summary>ovs-vswitchd in charge of the kernel module.</summary>
/// <remarks>
/// A hash over all fields makes every flow exact on its 5-tuple. In its usual form the packet then goes the way of a learning switch, with
/// the daemon's defaults; in its lean form it goes straight to the other port, and flows are looked at once a minute.
/// </remarks>
internal sealed class OvsContender(RunFolder folder, bool isLean) : KernelContender(isLean ? LeanName : UsualName, folder, isRouted: false)
{
    public const string UsualName = "ovs-vswitchd, usual";
    public const string LeanName = "ovs-vswitchd, lean";

    private const string Bridge = "br0";
    private const string Hash = "multipath(symmetric_l3l4+udp,1024,hrw,2,0,NXM_NX_REG0[0..0])";
    private const int LeanRevalidatorMilliseconds = 60_000;

    // In guest kernels a daemon that starts earlier has no thread that takes misses.
    private static readonly TimeSpan s_earliest = TimeSpan.FromSeconds(11);

    private OpenVSwitchDaemons? _daemons;

    /// <inheritdoc/>
    public override int ProcessId => Daemons.SwitchId;

    /// <inheritdoc/>
    protected override string DatapathName => "ovs-system";

    private OpenVSwitchDaemons Daemons => _daemons ?? throw new InvalidOperationException($"{Name} was not started");

    /// <inheritdoc/>
    public override string NextHopOf(GuestPlan from, GuestPlan to) => to.StationMac;

    /// <inheritdoc/>
    public override Task ForgetFlowsAsync(CancellationToken stop)
    {
        Daemons.Tell("revalidator/purge");
        return AwaitNoFlowsAsync(stop);
    }

    /// <inheritdoc/>
    protected override async Task ForwardAsync(CancellationToken stop)
    {
        while (Uptime() < s_earliest)
            await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
        _daemons = new OpenVSwitchDaemons(Site.Middle.Name, Folder.File(isLean ? "ovs-lean" : "ovs-usual"));
        await _daemons.StartDatabaseAsync(stop);
        if (isLean)
            _daemons.Configure("--no-wait", "set", "Open_vSwitch", ".", $"other_config:max-revalidator={LeanRevalidatorMilliseconds}");
        _daemons.StartSwitch();
        var ports = GuestPlan.All.SelectMany(guest => new[] { "--", "add-port", Bridge, guest.Port });
        _daemons.Configure(["add-br", Bridge, .. ports]);
        _daemons.Run("ovs-ofctl", "del-flows", Bridge);
        if (isLean)
        {
            Pass(GuestPlan.Left, GuestPlan.Right);
            Pass(GuestPlan.Right, GuestPlan.Left);
            Pass(GuestPlan.Other, GuestPlan.Far);
            Pass(GuestPlan.Far, GuestPlan.Other);
        }
        else
        {
            _daemons.Run("ovs-ofctl", "add-flow", Bridge, $"actions={Hash},NORMAL");
        }
    }

    /// <inheritdoc/>
    protected override ValueTask EndAsync()
    {
        _daemons?.Dispose();
        return default;
    }

    private void Pass(GuestPlan from, GuestPlan to) =>
        Daemons.Run("ovs-ofctl", "add-flow", Bridge, $"in_port={from.Port},actions={Hash},output:{to.Port}");

    private static TimeSpan Uptime() =>
        TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
}
