using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath.Tunnel;

/// <summary>One of the systems compared, with a tunnel between the hosts of a site of its own.</summary>
/// <param name="name">As tables call it.</param>
/// <param name="folder">For its files.</param>
internal abstract class TunnelContender(string name, RunFolder folder) : IAsyncDisposable
{
    private const int MaxPings = 30;
    private const string TcpServer = "iperf3";

    private HostProcess? _server;

    /// <summary>As tables call it.</summary>
    public string Name { get; } = name;

    /// <summary>Its hosts and guests.</summary>
    public TunnelSite Site { get; } = new();

    /// <summary>Starts to forward, and waits until a ping gets through.</summary>
    /// <exception cref="IOException">It does not forward.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        await ForwardAsync(stop);
        _server = HostProcess.Start(Site.Right.Name, TcpServer, "-s", "-I", folder.File($"{TcpServer}-{Site.Right.Name}.pid"));
        for (var attempt = 0; attempt < MaxPings; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            if (PingProbe.IsAnswered(Site.Left, TunnelSite.RightAddress))
                return;
        }
        throw new IOException($"{Name} forwards no ping through its tunnel");
    }

    /// <summary>Processor time that what forwards has used so far, at both hosts together.</summary>
    public abstract TimeSpan ReadProcessorTime();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _server?.Dispose();
        try
        {
            await EndAsync();
        }
        finally
        {
            Site.Dispose();
        }
    }

    /// <summary>Starts what forwards at both hosts.</summary>
    protected abstract Task ForwardAsync(CancellationToken stop);

    /// <summary>Ends it; called also if it did not start.</summary>
    protected abstract ValueTask EndAsync();
}
