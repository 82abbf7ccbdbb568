using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Host;
using Fabric.Bench.Datapath;

namespace Fabric.Bench.Kernel;

/// <summary>One of the programs compared, in charge of a datapath of the kernel between the guests of a site of its own.</summary>
internal abstract class KernelContender : IAsyncDisposable
{
    private const int MaxPings = 30;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private HostProcess? _tcpServer;

    /// <summary>Lays the cables.</summary>
    /// <param name="name">As tables call it.</param>
    /// <param name="folder">For its files.</param>
    /// <param name="isRouted">Its network routes between the two sides.</param>
    protected KernelContender(string name, RunFolder folder, bool isRouted)
    {
        (Name, Folder) = (name, folder);
        Site = new KernelSite(isRouted);
    }

    /// <summary>As tables call it.</summary>
    public string Name { get; }

    /// <summary>Its guests.</summary>
    public KernelSite Site { get; }

    /// <summary>For files and sockets.</summary>
    protected RunFolder Folder { get; }

    /// <summary>The datapath in the kernel, and its interface in the middle.</summary>
    protected abstract string DatapathName { get; }

    /// <summary>The process that decides about flows.</summary>
    public abstract int ProcessId { get; }

    /// <summary>Where a guest sends frames for another guest's station to.</summary>
    public abstract string NextHopOf(GuestPlan from, GuestPlan to);

    /// <summary>Has all flows deleted, and waits until they are.</summary>
    public abstract Task ForgetFlowsAsync(CancellationToken stop);

    /// <summary>Starts to forward, and waits until a ping gets through.</summary>
    /// <exception cref="IOException">It does not forward.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        await ForwardAsync(stop);
        foreach (var guest in GuestPlan.All)
            Announce(guest);
        _tcpServer = HostProcess.Start(Site[GuestPlan.Right].Name, "iperf3", "-s");
        for (var attempt = 0; attempt < MaxPings; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            if (PingProbe.IsAnswered(Site[GuestPlan.Left], GuestPlan.Right.Address))
                return;
        }
        throw new IOException($"{Name} forwards no ping");
    }

    /// <summary>What the kernel counts of the datapath.</summary>
    /// <remarks>Not by ovs-dpctl, which when it only looks turns on the features that ovs-vswitchd wants, and with them other ways for misses to go.</remarks>
    public OvsDatapathCounters ReadDatapath() =>
        Site.Middle.Run(() =>
        {
            using var session = OvsControlSession.Open();
            return session.ReadDatapath(DatapathName).Counters;
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _tcpServer?.Dispose();
        try
        {
            await EndAsync();
        }
        finally
        {
            Site.Dispose();
        }
    }

    /// <summary>Starts what decides, with all ports of the site's middle.</summary>
    protected abstract Task ForwardAsync(CancellationToken stop);

    /// <summary>Ends it; called also if it did not start.</summary>
    protected abstract ValueTask EndAsync();

    /// <summary>Waits until the datapath holds hardly any flow.</summary>
    protected async Task AwaitNoFlowsAsync(CancellationToken stop)
    {
        const int few = 32;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        while (ReadDatapath().Flows > few)
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
    }

    /// <summary>A station says a word to nobody in particular, so that a bridge that learns knows where it is.</summary>
    private void Announce(GuestPlan guest)
    {
        using var source = new FlowSource(this, guest, guest);
        source.SendNew(1);
    }
}
