using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath;

/// <summary>One of the systems compared, forwarding between the guests of a site of its own.</summary>
internal abstract class Contender : IAsyncDisposable
{
    private const int MaxPings = 30;
    private const string TcpServer = "iperf3";

    private readonly RunFolder _folder;
    private HostProcess? _server;

    /// <summary>Lays the cables.</summary>
    /// <param name="name">As tables call it.</param>
    /// <param name="folder">For its files.</param>
    protected Contender(string name, RunFolder folder) => (Name, _folder) = (name, folder);

    /// <summary>As tables call it.</summary>
    public string Name { get; }

    /// <summary>Its guests.</summary>
    public Site Site { get; } = new();

    /// <summary>Starts to forward, and waits until a ping gets through.</summary>
    /// <exception cref="IOException">It does not forward.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        await ForwardAsync(stop);
        _server = HostProcess.Start(Site.Right.Name, TcpServer, "-s", "-I", _folder.File($"{TcpServer}-{Site.Right.Name}.pid"));
        for (var attempt = 0; attempt < MaxPings; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            if (PingProbe.IsAnswered(Site.Left, Site.RightAddress))
                return;
        }
        throw new IOException($"{Name} forwards no ping");
    }

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

    /// <summary>Starts what forwards between the ports of the site's middle.</summary>
    protected abstract Task ForwardAsync(CancellationToken stop);

    /// <summary>Ends it; called also if it did not start.</summary>
    protected virtual ValueTask EndAsync() => default;
}
