using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Bench.Datapath;

namespace Fabric.Bench.Kernel;

/// <summary>The kernel's own connection tracking, which translates sources in zone 0: one flow serves all connections, and no program decides.</summary>
/// <remarks>
/// The flows are laid by ovs-dpctl. ovs-vswitchd names the zone with every such action, also zone 0, and the guest's kernel is built without zones:
/// it refuses them (EINVAL, "Unknown conntrack attr (2)").
/// </remarks>
internal sealed class ConntrackContender(RunFolder folder) : KernelContender(OwnName, folder, isRouted: false)
{
    public const string OwnName = "the kernel's ct(commit,nat)";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public override int ProcessId => Environment.ProcessId;

    /// <inheritdoc/>
    protected override string DatapathName => "tracking";

    /// <inheritdoc/>
    public override string NextHopOf(GuestPlan from, GuestPlan to) => to.StationMac;

    /// <summary>Does nothing: no flow is of one connection.</summary>
    public override Task ForgetFlowsAsync(CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override Task ForwardAsync(CancellationToken stop)
    {
        Run("add-dp", DatapathName);
        // They get the numbers 1 and 2.
        Run("add-if", DatapathName, GuestPlan.Left.Port, GuestPlan.Right.Port);
        foreach (var (from, to) in ((int, int)[])[(1, 2), (2, 1)])
        {
            Run("add-flow", DatapathName, $"in_port({from}),eth(),eth_type(0x0806),arp()", $"{to}");
            Run("add-flow", DatapathName, $"in_port({from}),eth(),eth_type(0x0800),ipv4(proto=1,frag=no),icmp()", $"{to}");
        }
        var outside = IpPrefix.Parse(KernelServices.OutsidePrefix);
        var translate = $"ct(commit,nat(src={outside.Address}-{outside.Last})),2";
        Run("add-flow", DatapathName, "in_port(1),eth(),eth_type(0x0800),ipv4(proto=17,frag=no),udp()", translate);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ValueTask EndAsync() => default;

    private void Run(params string[] arguments)
    {
        var result = HostProcess.Run(s_patience, Site.Middle.Name, "ovs-dpctl", arguments);
        if (result.ExitCode != 0)
            throw new IOException($"ovs-dpctl {string.Join(' ', arguments)} ended with code {result.ExitCode}: {result.Error.Trim()}");
    }
}
